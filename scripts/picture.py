"""Runs a command in a terminal and draws what it shows: picture.py TITLE OUTPUT.svg COMMAND...

The picture is of the real output; if the command fails there is none.
"""

import html
import os
import pathlib
import pty
import re
import sys

COLUMNS = 100
ADVANCE, LINE, MARGIN, BAR = 7.8, 18, 20, 34
FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace"
STYLES = {"1": "font-weight:bold", "2": "opacity:.6", "31": "fill:#f87171", "32": "fill:#4ade80"}
SGR = re.compile(r"\x1b\[([0-9;]*)m")


def main(title: str, output: str, *command: str) -> int:
    shown = bytearray()

    def read(terminal: int) -> bytes:
        data = os.read(terminal, 4096)
        shown.extend(data)
        return data

    status = os.waitstatus_to_exitcode(pty.spawn(command, read))
    if status == 0:
        text = shown.decode(errors="replace").replace("\r\n", "\n").strip("\n")
        pathlib.Path(output).write_text(drawn(title, text.split("\n")))
    return status


def drawn(title: str, lines: list[str]) -> str:
    width, height = COLUMNS * ADVANCE + 2 * MARGIN, len(lines) * LINE + BAR + MARGIN
    rows = [
        f'<text x="{MARGIN}" y="{BAR + (at + 1) * LINE}" xml:space="preserve">{spans(line)}</text>'
        for at, line in enumerate(lines) if line
    ]
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height}" role="img"'
        f' font-family="{FONT}" font-size="13" fill="#e5e7eb">',
        f"<title>{html.escape(title)}</title>",
        f'<rect width="{width:g}" height="{height}" rx="8" fill="#111827"/>',
        f'<text x="{MARGIN}" y="22" fill="#9ca3af">$ {html.escape(title)}</text>',
        *rows,
        "</svg>\n",
    ])


def spans(line: str) -> str:
    """Text with its styles; what is too wide for the picture ends in an ellipsis."""
    made, style, room = [], "", COLUMNS
    for at, piece in enumerate(SGR.split(line)):
        if at % 2:
            style = STYLES.get(piece, "")
            continue
        text = piece if len(piece) <= room else piece[: max(room - 1, 0)] + "…"
        room -= len(text)
        if text:
            text = html.escape(text, quote=False)
            made.append(f'<tspan style="{style}">{text}</tspan>' if style else text)
    return "".join(made)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
