"""The README's promises that a machine can check."""

import re

from shared import CHAPTERS, ROOT, read_notebook

README = (ROOT / "README.md").read_text(encoding="utf-8")


def exhibit_rows() -> list[str]:
    """Return the README's list of exhibits as the stored chapters have it."""
    rows = ["| exhibit | shows | notebook | cell |", "|---|---|---|---|"]
    for path in CHAPTERS:
        for cell in read_notebook(path)["cells"]:
            for output in cell.get("outputs", []):
                about = output.get("metadata", {}).get("bookpress")
                if about:
                    plain = "".join(output["data"]["text/plain"])
                    caption = plain.split("\n")[0].removeprefix(f"{about['label']}. ")
                    shows = re.split(r"[:;(]|\. |, (?=[a-z]* ?\d)", caption)[0].rstrip(" .")
                    name = path.relative_to(ROOT).as_posix()
                    rows.append(f"| {about['label']} | {shows} | `{name}` | `{cell['id']}` |")
    return rows


def test_list_of_exhibits():
    expected = "\n".join(exhibit_rows())
    assert expected in README, f"the list of exhibits should read:\n{expected}"


def test_every_make_target_named_exists():
    makefile = "".join(
        (ROOT / name).read_text(encoding="utf-8") for name in ("Makefile", "bookpress/book.mk")
    )
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.M))
    assert set(re.findall(r"`?make ([a-z-]+)", README)) <= targets | {"an"}


def test_every_file_named_exists():
    named = re.findall(r"`((?:[a-z_.-]+/)*[A-Za-z_.-]+\.(?:md|txt|in|yml|ipynb|csv|json|py|cff))`", README)
    assert named
    assert not [name for name in named if not (ROOT / name).exists()]
