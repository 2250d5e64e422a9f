"""Puts each generated page under its heading: subcategories.py SCHEMA DOCS

SCHEMA is what `cargo run --example schema` prints; its "subcategories" name the heading of each type.
"""

import json
import pathlib
import sys

schema, docs = sys.argv[1:]
with open(schema, encoding="utf-8") as file:
    headings = json.load(file)["subcategories"]
for page in pathlib.Path(docs).glob("*/*.md"):
    heading = headings.get(f"mlflow_{page.stem}")
    if page.parent.name == "guides" or not heading:
        continue
    text = page.read_text(encoding="utf-8")
    page.write_text(
        text.replace('subcategory: ""', f'subcategory: "{heading}"', 1), encoding="utf-8"
    )
