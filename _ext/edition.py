"""The Sphinx glue of the edition: exhibits become figures and tables with an address of their own."""

from typing import ClassVar

from docutils import nodes
from myst_nb.core.render import MimeData, NbElementRenderer, load_mime_renders
from sphinx.application import Sphinx
from sphinx.config import Config


class ExhibitRenderer:
    """Render what `beltroad.exhibits` displayed; every other output is left to MyST-NB."""

    mime_priority_overrides: ClassVar = ()

    @staticmethod
    def handle_mime(
        renderer: NbElementRenderer, data: MimeData, inline: bool
    ) -> list[nodes.Element] | None:
        about = data.output_metadata.get("beltroad")
        if inline or not about:
            return None
        if data.mime_type == "image/svg+xml":
            node = ExhibitRenderer.figure(renderer, data, about)
        elif data.mime_type == "text/html":
            node = nodes.container(
                "", *renderer.render_text_html(data), classes=["exhibit"]
            )
        else:
            return None
        node["ids"].append(about["id"])
        node["names"].append(about["id"])
        renderer.renderer.document.note_explicit_target(node, node)
        return [node]

    @staticmethod
    def figure(
        renderer: NbElementRenderer, data: MimeData, about: dict
    ) -> nodes.figure:
        (image,) = renderer.render_image(data)
        image["alt"] = about["alt"]
        caption = nodes.caption(
            "",
            "",
            nodes.strong(text=f"{about['label']}."),
            nodes.Text(f" {about['caption']}"),
        )
        legend = nodes.legend(
            "", nodes.paragraph(text=about["note"], classes=["exhibit-note"])
        )
        return nodes.figure("", image, caption, legend, classes=["exhibit"])


def drop_unused_scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object
) -> None:
    """Leave out the live-code scripts that Jupyter Book always adds: unused here, and declared twice."""
    context["script_files"] = [
        script
        for script in context["script_files"]
        if "thebe" not in f"{script}{getattr(script, 'attributes', '')}"
    ]


def number_nothing(app: Sphinx, config: Config) -> None:
    """Switch off Sphinx's own figure numbers, which Jupyter Book forces on: exhibits carry theirs."""
    config["numfig"] = False


def setup(app: Sphinx) -> dict[str, bool]:
    # MyST-NB finds renderers by entry point only; this list is the one it keeps, so the extension works
    # without installing anything.
    if ExhibitRenderer not in load_mime_renders():
        load_mime_renders().append(ExhibitRenderer)
    app.connect("config-inited", number_nothing, priority=900)
    app.connect("html-page-context", drop_unused_scripts, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
