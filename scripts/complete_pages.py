"""Gives the generated pages what tfplugindocs leaves out: complete_pages.py SCHEMA DOCS

SCHEMA is what `cargo run --example schema` prints. Its "subcategories" name the heading of each page;
its "servers" are the table that the index has in the place of a mark.
"""

import json
import pathlib
import sys

MARK = "<!-- servers -->"


def put_under_headings(docs: pathlib.Path, headings: dict[str, str]) -> None:
    for page in docs.glob("*/*.md"):
        heading = headings.get(f"mlflow_{page.stem}")
        if page.parent.name != "guides" and heading:
            replace(page, 'subcategory: ""', f'subcategory: "{heading}"')


def replace(page: pathlib.Path, mark: str, text: str) -> None:
    before = page.read_text(encoding="utf-8")
    if mark not in before:
        sys.exit(f"{page} has no {mark}")
    page.write_text(before.replace(mark, text, 1), encoding="utf-8")


def table(types: list[dict]) -> str:
    """A row for each type, and a column for each release of MLflow with which one came."""
    releases = {since(it, "MLflow") for it in types} - {None}
    columns = sorted(releases)
    lines = [["", *(f"MLflow {named(it)}" for it in columns), "Databricks"]]
    lines.append(["---"] * len(lines[0]))
    for it in types:
        first, on_databricks = since(it, "MLflow"), "Databricks" in it["servers"]
        has = [first is not None and release >= first for release in columns]
        lines.append([link(it), *("yes" if has else "" for has in [*has, on_databricks])])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def since(it: dict, server: str) -> tuple[int, ...] | None:
    release = it["servers"].get(server)
    return release and tuple(int(number) for number in release.split("."))


def named(release: tuple[int, ...]) -> str:
    """As people say it: 3.8, and 3.11.1."""
    numbers = release if release[-1] else release[:-1]
    return ".".join(str(number) for number in numbers)


def link(it: dict) -> str:
    name, kind = it["name"], it["kind"]
    what = "" if kind == "resources" else ", the data source"
    return f"[`{name}`]({kind}/{name.removeprefix('mlflow_')}.md){what}"


schema, folder = sys.argv[1:]
with open(schema, encoding="utf-8") as file:
    all_of_it = json.load(file)
docs = pathlib.Path(folder)
put_under_headings(docs, all_of_it["subcategories"])
replace(docs / "index.md", MARK, table(all_of_it["servers"]))
