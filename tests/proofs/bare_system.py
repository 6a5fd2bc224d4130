"""A fresh Debian in a folder, with nothing in it but what every system has; commands run in it as root or as a user."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

READER = "reader"
"""An ordinary user of the system."""

_UNINTERESTING = ("proc", "sys", "dev", "var", "tmp", "run", "home")
"""Folders that packages may leave something in, or that are not files at all."""

_BARE = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}


class BareSystem:
    """A Debian of its own. Its network is the computer's, for packages; its processes are not."""

    def __init__(self, folder: Path, suite: str) -> None:
        """Make it, unless it was made before: some minutes."""
        self._root = folder / suite
        made = folder / f"{suite}.tar"
        if not made.exists():
            shutil.rmtree(self._root, ignore_errors=True)
            subprocess.run(["debootstrap", "--variant=minbase", suite, str(self._root)], check=True)
            for name in ("resolv.conf", "hosts"):
                shutil.copyfile(f"/etc/{name}", self._root / "etc" / name)
            subprocess.run(["tar", "--create", f"--file={made}", f"--directory={self._root}", "."], check=True)
        shutil.rmtree(self._root, ignore_errors=True)
        self._root.mkdir()
        subprocess.run(["tar", "--extract", f"--file={made}", f"--directory={self._root}"], check=True)
        self.run("apt-get", "update", "-qq")
        self.run("useradd", "--create-home", READER)

    def run(self, *command: str, user: str = "root", environment: Mapping[str, str] | None = None) -> str:
        """What a command says, on both streams.

        Raises:
            CalledProcessError: it failed.
        """
        return self.tried(*command, user=user, environment=environment, check=True)[1]

    def tried(
        self, *command: str, user: str = "root", environment: Mapping[str, str] | None = None, check: bool = False
    ) -> tuple[int, str]:
        """The exit status of a command, and what it says."""
        done = subprocess.run(
            self._inside(command, user),
            env=self._environment(user) | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if check and done.returncode:
            print(done.stdout)
            done.check_returncode()
        return done.returncode, done.stdout

    def start(self, *command: str, environment: Mapping[str, str], user: str = READER) -> subprocess.Popen[str]:
        """Begin a command, and do not wait for its end."""
        return subprocess.Popen(
            self._inside(command, user),
            env=self._environment(user) | dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def end(self, process: subprocess.Popen[str]) -> str:
        """End what was begun; what it has said."""
        os.killpg(process.pid, signal.SIGKILL)  # unshare hands nothing on, and a change of user undoes --kill-child
        return process.communicate()[0]

    def take(self, item: Path) -> str:
        """Copy a file or a folder into the system; its place there."""
        copy = shutil.copytree if item.is_dir() else shutil.copyfile
        copy(item, self._root / "srv" / item.name)
        return f"/srv/{item.name}"

    def files(self) -> set[str]:
        """The files of the system, but for those of users, and of lists, logs and caches."""
        found = set()
        for folder, folders, names in os.walk(self._root):
            place = Path(folder).relative_to(self._root)
            if place == Path():
                folders[:] = [name for name in folders if name not in _UNINTERESTING]
            found |= {str(place / name) for name in names}
        return found

    def home(self) -> dict[str, bytes]:
        """The files of the ordinary user with their contents."""
        home = self._root / "home" / READER
        return {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()}

    def _inside(self, command: tuple[str, ...], user: str) -> list[str]:
        # A namespace of processes: what the command leaves running ends with it, and /proc shows the system's own.
        inside = ["unshare", "--mount", "--pid", "--fork", f"--root={self._root}", "--mount-proc"]
        become = [] if user == "root" else ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"]
        return [*inside, *become, *command]

    def _environment(self, user: str) -> dict[str, str]:
        home = "/root" if user == "root" else f"/home/{user}"
        return _BARE | {"HOME": home, "USER": user}
