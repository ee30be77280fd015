"""How JupyterLab behaves in a book: `make lab` starts it with this file, read by Jupyter with `get_config` at hand."""

import sys
from pathlib import Path

from jupyter_server.services.contents.filecheckpoints import AsyncFileCheckpoints

c = get_config()  # noqa: F821

# Chapters are saved as `make refresh` stores them.
c.FileContentsManager.pre_save_hook = "bookpress.run.stored.before_saving"

# Nobody but this machine.
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.allow_remote_access = False
c.ServerApp.allow_root = True  # as in a container, where there is nobody else

# No word but of what is wrong, and where it is to be seen.
c.Application.log_level = "WARN"

# Nothing from outside: no news, no look for updates, no catalogue of extensions.
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.handlers.announcements.NeverCheckForUpdate"
c.LabApp.extension_manager = "readonly"
c.LabApp.app_settings_dir = str(
    Path(__file__).parent
)  # what the page is told of it, and which parts it lacks
c.ServerApp.jpserver_extensions = {"jupyter_lsp": False}  # looks for language servers on the whole machine


class Checkpoints(AsyncFileCheckpoints):
    """Copies of what was saved, in a folder of their own instead of hidden ones among the chapters."""

    def checkpoint_path(self, checkpoint_id: str, path: str) -> str:
        # Where this folder is not there yet, Jupyter would take one that all users of the machine share.
        Path(self.root_dir, path.strip("/")).parent.mkdir(parents=True, exist_ok=True)
        return super().checkpoint_path(checkpoint_id, path)


c.FileContentsManager.checkpoints_class = Checkpoints
c.FileCheckpoints.root_dir = str(Path(sys.prefix, "checkpoints"))

# The book's kernel and no other.
c.KernelSpecManager.allowed_kernelspecs = {"python3"}
