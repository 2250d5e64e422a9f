"""Fails where a built provider needs what a bare machine of its system does not have: imports.py BINARY

A release runs in images without glibc, and on Windows servers on which nothing was installed.
"""

import pathlib
import re
import struct
import sys

# What comes with a compiler or with an application, and not with Windows.
FOREIGN = re.compile(r"(vcruntime|msvcp|concrt|ucrtbase|api-ms-win-crt-|lib).*\.dll", re.IGNORECASE)


def main(binary: str) -> None:
    content = pathlib.Path(binary).read_bytes()
    read = next(read for magic, read in FORMATS.items() if content.startswith(magic))
    if missing := read(content):
        sys.exit(f"{binary} needs what a bare machine does not have: {', '.join(missing)}")


def of_linux(content: bytes) -> list[str]:
    """Any library at all: not even the C library is the same everywhere."""
    start, size, count = _at("<Q", content, 32), _at("<H", content, 54), _at("<H", content, 56)
    headers = [struct.unpack_from("<IIQQQQ", content, start + size * it) for it in range(count)]
    needed, strings = [], 0
    for _, _, offset, _, _, length in (it for it in headers if it[0] == 2):
        entries = [struct.unpack_from("<QQ", content, offset + it) for it in range(0, length, 16)]
        strings = next((value for tag, value in entries if tag == 5), 0)
        needed += [value for tag, value in entries if tag == 1]
    return [_text(content, _file_offset(headers, strings + name)) for name in needed]


def _file_offset(headers: list[tuple], address: int) -> int:
    loaded = (it for it in headers if it[0] == 1 and it[3] <= address < it[3] + it[5])
    _, _, offset, start, _, _ = next(loaded)
    return address - start + offset


def of_windows(content: bytes) -> list[str]:
    return [name for name in imports(content) if FOREIGN.fullmatch(name)]


def imports(content: bytes) -> list[str]:
    """The libraries that a program for Windows on 64 bits names."""
    header = _at("<I", content, 60)
    count, optional = _at("<H", content, header + 6), _at("<H", content, header + 20)
    table = header + 24 + optional
    sections = [struct.unpack_from("<8xIIII", content, table + 40 * it) for it in range(count)]

    def offset(address: int) -> int:
        found = next(it for it in sections if it[1] <= address < it[1] + max(it[0], it[2]))
        return address - found[1] + found[3]

    entry, names = offset(_at("<I", content, header + 24 + 120)), []
    while name := _at("<I", content, entry + 12):
        names.append(_text(content, offset(name)))
        entry += 20
    return names


def of_macos(content: bytes) -> list[str]:
    """What is not the system's own."""
    at, names = 32, []
    for _ in range(_at("<I", content, 16)):
        command, size = struct.unpack_from("<II", content, at)
        if command & 0xFF == 0x0C:
            names.append(_text(content, at + _at("<I", content, at + 8)))
        at += size
    return [name for name in names if not name.startswith(("/usr/lib/", "/System/"))]


def _at(form: str, content: bytes, offset: int) -> int:
    return struct.unpack_from(form, content, offset)[0]


def _text(content: bytes, offset: int) -> str:
    return content[offset : content.index(0, offset)].decode()


FORMATS = {b"\x7fELF": of_linux, b"MZ": of_windows, b"\xcf\xfa\xed\xfe": of_macos}

if __name__ == "__main__":
    main(*sys.argv[1:])
