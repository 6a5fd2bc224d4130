"""`clivus bundle`: the models on this computer, without a window."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.commands import publishers
from desktop.commands.actions import Action, declare_actions, declare_json, nothing
from desktop.commands.publishers import declare_everyone
from desktop.errors import InputRefused, WrongUse
from desktop.messages import Message, message, sentences, shown, tr
from desktop.strict_json import to_json
from desktop.work import Work

if TYPE_CHECKING:  # imported later: they import numpy, and a damaged numpy must be reported
    from desktop.models.comparing import Comparison
    from desktop.models.shelf import Model, Scope
    from desktop.models.trust import Standing, Trust


class BundleRefused(InputRefused):
    """A file or folder that is not a sound model: the input is refused, while the installation is sound."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the commands below `clivus bundle`."""
    declare_actions(parser, _ACTIONS, nothing)


def _declare_place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "bundle",
        metavar="BUNDLE",
        type=Path,
        help=tr("a model's folder or file, or the ID@VERSION of an installed one"),
    )


def _declare_verify(parser: argparse.ArgumentParser) -> None:
    _declare_place(parser)
    declare_json(parser)


def _verify(options: argparse.Namespace) -> int:
    from desktop.inference.bundle import Bundle
    from desktop.inference.manifest import BundleUnsound
    from desktop.inference.network import Network
    from desktop.models.shelf import Shelf

    shelf = Shelf.here()
    trust = shelf.trust()
    try:
        bundle = Bundle.load(shelf.place_of(options.bundle))
        network = Network(bundle)
    except BundleUnsound as error:
        raise BundleRefused(error.message) from None
    manifest, answer = bundle.manifest, network.known_answer
    standing = trust.standing(bundle.manifest_sha256, bundle.signer)
    if options.json:
        document = {
            "id": manifest.id,
            "version": manifest.version,
            "intended_use": manifest.intended_use,
            "manifest_sha256": bundle.manifest_sha256,
            "files": dict(manifest.files),
            "known_answer": {"logit_difference": answer.logit_difference, "map_difference": answer.map_difference},
            "device": str(network.used),
            **_origin(standing),
        }
        print(to_json(document, ascii_only=True))
        return 0
    sound = message(
        "{model} is sound: its files are those that it names, it asks for known operators only, and it gives its known "
        "answer (logit off by {logit:.1e}).",
        model=manifest.called,
        logit=answer.logit_difference,
    )
    told = [sound, message("It is {standing}.", standing=standing.text)]
    if not standing.allowed:
        told.append(message("It is not used on this computer, where only models of named publishers are."))
    print(shown(sentences(told)))
    return 0


def _declare_install(parser: argparse.ArgumentParser) -> None:
    _declare_place(parser)
    declare_everyone(parser)
    parser.add_argument(
        "--made-here",
        action="store_true",
        help=tr("with --for-everyone: this site made it, so it is used though nobody has signed it"),
    )
    declare_json(parser)


def _install(options: argparse.Namespace) -> int:
    from desktop.inference.manifest import BundleUnsound
    from desktop.models.shelf import Shelf

    if options.made_here and not options.for_everyone:
        raise WrongUse(message("--made-here is the administrator's to say: it needs --for-everyone."))
    shelf = Shelf.here()
    try:
        if not options.made_here and (standing := shelf.require_trusted(options.bundle)).told_before:
            print(f"clivus: {options.bundle}: {shown(standing.caution)}", file=sys.stderr)
        model, new = shelf.install(options.bundle, _scope(options), options.made_here)
    except BundleUnsound as error:
        raise BundleRefused(error.message) from None
    if options.json:
        print(to_json({**_document(model, shelf.trust()), "installed": new}, ascii_only=True))
    elif new:
        print(
            tr(
                "{model} is installed. Make it the default with `clivus bundle default {handle}`.",
                model=model.name,
                handle=model.handle,
            )
        )
    else:
        print(tr("{model} was installed already, with the same content.", model=model.name))
    return 0


def _list(options: argparse.Namespace) -> int:
    from desktop.models.choice import chosen
    from desktop.models.shelf import Damaged, Scope, Shelf

    shelf = Shelf.here()
    default, found, trust = chosen(shelf), list(shelf.looked_through()), shelf.trust()
    if options.json:
        sound = [
            _document(one, trust) | {"default": default.means(one)} for one in found if not isinstance(one, Damaged)
        ]
        damaged = [{"folder": str(one.place), "reason": str(one.reason)} for one in found if isinstance(one, Damaged)]
        print(to_json({"models": sound, "damaged": damaged}, ascii_only=True))
        return 0
    for one in found:
        if isinstance(one, Damaged):
            print(shown(one.reason), file=sys.stderr)
        else:
            mark = tr("default") if default.means(one) else ""
            states = [_WHOSE[one.scope.value], trust.standing(one.sha256, one.signer).text]
            whose = ", ".join(map(shown, states[:1] if one.scope is Scope.SHIPPED else states))
            print("\t".join((one.handle, whose, one.manifest.intended_use, mark)).rstrip("\t"))
    return 0


_WHOSE: dict[str, Message] = {
    "shipped": message("came with Clivus"),
    "everyone": message("for everyone on this computer"),
    "own": message("own"),
}


def _declare_default(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="MODEL", help=tr("ID@VERSION of an installed model, as `list` names it"))
    declare_everyone(parser)


def _default(options: argparse.Namespace) -> int:
    from desktop.models.choice import choose_default
    from desktop.models.shelf import Shelf

    shelf = Shelf.here()
    model = shelf.find(options.model)
    choose_default(shelf, model, _scope(options))
    print(tr("{model} is the default from now on.", model=model.name))
    return 0


def _declare_remove(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="MODEL", help=tr("ID@VERSION of an installed model, as `list` names it"))


def _remove(options: argparse.Namespace) -> int:
    from desktop.models.choice import remove_model
    from desktop.models.shelf import Shelf
    from desktop.report.model_facts import removed

    shelf = Shelf.here()
    model = shelf.find(options.model)
    was_default = remove_model(shelf, model)
    print(shown(removed(model, shelf, was_default)))
    return 0


def _declare_pack(parser: argparse.ArgumentParser) -> None:
    _declare_place(parser)
    parser.add_argument("file", metavar="FILE", type=Path, help=tr("the file to write, NAME.clivus"))


def _pack(options: argparse.Namespace) -> int:
    from desktop.files import require_new, write_file
    from desktop.inference.bundle import Bundle
    from desktop.inference.manifest import BundleUnsound
    from desktop.inference.network import Network
    from desktop.models.shelf import Shelf
    from desktop.own_files import SUFFIX

    file: Path = options.file
    file = file if file.suffix == SUFFIX else file.with_name(file.name + SUFFIX)
    require_new(file)
    try:
        bundle = Bundle.load(Shelf.here().place_of(options.bundle))
        Network(bundle)
    except BundleUnsound as error:
        raise BundleRefused(error.message) from None
    write_file(file, bundle.packed())
    name = f"{bundle.manifest.id} {bundle.manifest.version}"
    print(tr("{model} is in {file}: `clivus bundle install` takes it, and so does the window.", model=name, file=file))
    return 0


def _declare_compare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", type=Path, help=tr("the project's file, NAME.clivus"))
    parser.add_argument(
        "models", metavar="MODEL", type=Path, nargs="+", help=tr("folders or files of models, or their ID@VERSION")
    )
    declare_json(parser)


def _compare(options: argparse.Namespace) -> int:
    from desktop.models.comparing import compare
    from desktop.models.default_network import opened
    from desktop.project.database import Project
    from desktop.project.places import FILE, Places
    from desktop.report.comparison import comparison_document, comparison_lines
    from desktop.settings_file import local_data_folder

    networks = [opened(model) for model in options.models]
    with Project.open(options.project) as project:
        places = Places(local_data_folder() / FILE)
        found: Comparison = compare(project, networks, lambda case: places.find(case.id), Work(_progress))
    if options.json:
        print(to_json(comparison_document(found), ascii_only=True))
    else:
        print("\n".join(map(shown, comparison_lines(found))))
    return 0


def _document(model: Model, trust: Trust) -> dict[str, Any]:
    return {
        "model": model.handle,
        "id": model.manifest.id,
        "version": model.manifest.version,
        "intended_use": model.manifest.intended_use,
        "manifest_sha256": model.sha256,
        "whose": model.scope.value,
        "folder": str(model.place),
        **_origin(trust.standing(model.sha256, model.signer)),
    }


def _origin(standing: Standing) -> dict[str, Any]:
    signature = {"public_key": standing.key, "publisher": standing.publisher or None} if standing.key else None
    return {"origin": standing.origin.value, "signature": signature, "allowed": standing.allowed}


def _scope(options: argparse.Namespace) -> Scope:
    from desktop.models.shelf import Scope

    return Scope.EVERYONE if options.for_everyone else Scope.OWN


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        text = tr("{done} of {total} cases", done=done, total=total)
        print(f"\r{text}", end="\n" if done == total else "", file=sys.stderr, flush=True)


_ACTIONS: dict[str, Action] = {
    "verify": Action(message("Check a model wholly, and let it give its known answer."), _verify, _declare_verify),
    "install": Action(message("Install a model from its folder or file."), _install, _declare_install),
    "list": Action(message("List the models on this computer."), _list, declare_json),
    "default": Action(message("Choose the model that is used from now on."), _default, _declare_default),
    "remove": Action(message("Remove an installed model."), _remove, _declare_remove),
    "pack": Action(message("Write a model as one file, to carry it to another computer."), _pack, _declare_pack),
    "compare": Action(
        message("Compare models on a project's patients that none of them learned from."), _compare, _declare_compare
    ),
    **publishers.ACTIONS,
}
