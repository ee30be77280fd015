"""Links into clouds: their shape, that none is guessed, and that each leads to what the repository holds."""

import re

import pytest
import yaml

from bookpress.edition import book
from bookpress.publish.release import launch, services
from shared import ROOT

HERE = {"repository": {"url": "https://github.com/owner/paper"}}
WHEEL = "paper-2.0.0-py3-none-any.whl"


@pytest.fixture
def root(tmp_path):
    """A folder of a repository with all that clouds look for; it lies in one of them."""
    for name in (".binder", ".devcontainer", "book"):
        (tmp_path / name).mkdir()
    book.write(tmp_path / launch.WORKFLOW, "")
    return tmp_path


def test_without_a_repository_there_is_no_link(root):
    published = {"html": {"baseurl": "https://a.org"}}
    for settings in ({}, {"repository": {"url": ""}}, {"repository": None}, published):
        assert launch.links(settings, "chapters/1-one", root, WHEEL) == {}


def test_a_repository_on_github_opens_in_binder_and_codespaces(root):
    assert launch.links(HERE, "chapters/1-one", root, WHEEL) == {
        "Binder": "https://mybinder.org/v2/gh/owner/paper/main?urlpath=lab/tree/chapters/1-one.ipynb",
        "Codespaces": "https://codespaces.new/owner/paper?ref=main",
    }


@pytest.mark.parametrize(
    ("gone", "lost"),
    [(".binder", "Binder"), (".devcontainer", "Codespaces"), (".github", "Colab"), ("nothing", "")],
)
def test_a_cloud_that_would_find_nothing_to_start_has_no_link(root, gone, lost):
    (root / gone).rename(root / "elsewhere") if lost else None
    found = launch.links(HERE | {"html": {"baseurl": "https://a.org"}}, "chapters/1-one", root, WHEEL)
    assert {*found} == {"Binder", "Codespaces", "Colab"} - {lost}


def test_colab_and_a_hub_open_once_they_can(root):
    settings = {
        "repository": {"url": "https://github.com/owner/paper.git/", "branch": "second edition"},
        "html": {"baseurl": "https://owner.example/paper/"},
        "launch_buttons": {"jupyterhub_url": "https://hub.example/"},
    }
    settings["repository"]["path_to_book"] = "book"
    found = launch.links(settings, "chapters/1-one", root / "book", WHEEL)
    assert list(found) == list(launch.CLOUDS)
    colab = "https://colab.research.google.com/github/owner/paper/blob/gh-pages/chapters/1-one.colab.ipynb"
    assert found["Colab"] == colab
    assert "Colab" not in launch.links(
        settings, "chapters/1-one", root / "book"
    )  # it would have nothing to install
    assert found["Binder"].endswith("/paper/second%20edition?urlpath=lab/tree/book/chapters/1-one.ipynb")
    pulled = r"https://hub\.example/hub/user-redirect/git-pull\?repo=https%3A%2F%2Fgithub.com%2Fowner%2Fpaper&branch=second%20edition"
    assert re.fullmatch(
        pulled + "&urlpath=lab%2Ftree%2Fpaper%2Fbook%2Fchapters%2F1-one.ipynb", found["JupyterHub"]
    )


@pytest.mark.parametrize(
    "path", [ROOT / launch.WORKFLOW, services.FILES / "book.yml"], ids=["own", "written"]
)
def test_the_workflow_pushes_the_book_to_the_branch_that_colab_opens(path):
    steps = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]["publish"]["steps"]
    pushed = [step["run"].split()[-1] for step in steps if "git push" in step.get("run", "")]
    assert pushed == [launch.PAGES]


def test_a_repository_elsewhere_opens_in_binder_alone(root):
    found = launch.links({"repository": {"url": "https://git.example/group/owner/paper"}}, "index", root)
    assert found == {
        "Binder": "https://mybinder.org/v2/git/https%3A%2F%2Fgit.example%2Fgroup%2Fowner%2Fpaper/main?urlpath=lab/tree/index.ipynb"
    }


@pytest.mark.parametrize(
    "url", ["owner/paper", "https://github.com/paper", "https://github.com/a b", "ftp://a/b/c", 7]
)
def test_an_address_that_is_none_is_refused(root, url):
    with pytest.raises(book.BookError, match=r"_config\.yml: repository\.url: found .*, expected"):
        launch.links({"repository": {"url": url}}, "index", root)


def test_an_address_in_the_wrong_place_is_refused(root):
    with pytest.raises(book.BookError, match=r"_config\.yml: repository: found 'x', expected `url"):
        launch.links({"repository": "x"}, "index", root)
