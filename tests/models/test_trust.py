"""Whom a site trusts, what a signature then means, and what is refused where only signed models are used."""

from __future__ import annotations

import json
import shutil

import pytest

import onnx_models
from desktop.inference.bundle import Bundle
from desktop.learning import made_here as made_here_module
from desktop.learning.made_here import MOST, made_here, note_made_here
from desktop.models.choice import choose_default
from desktop.models.default_network import DefaultUnusable, opened
from desktop.models.publishers import PublisherRefused, PublishersDamaged, key_told
from desktop.models.shelf import Model, Scope
from desktop.models.trust import NotTrusted, Origin
from desktop.unwritten import NotWritten
from tests.publisher import signed
from training.signing.keys import PrivateKey

MAKER, OTHER = PrivateKey.new(), PrivateKey.new()


@pytest.fixture(autouse=True)
def nothing_made_here(tmp_path, monkeypatch):
    monkeypatch.setattr(made_here_module, "local_data_folder", lambda: tmp_path / "data")


@pytest.fixture
def own(quick, tmp_path):
    """A bundle, not signed, in a folder of its own."""
    return shutil.copytree(quick, tmp_path / "brought")


def origin(shelf, place):
    _, sha256, signer = Bundle.look_at(place)
    return shelf.trust().standing(sha256, signer)


def test_a_publisher_is_named_renamed_and_taken_away(shelf, own):
    files = shelf.publishers
    assert files.read().names == {}
    signed(own, MAKER)
    assert origin(shelf, own).origin is Origin.UNKNOWN_KEY
    assert not origin(shelf, own).told_before, "nobody is named, so nobody is a stranger"
    files.trust(MAKER.public, "Maker of models", for_everyone=False)
    files.trust(OTHER.public, "Another", for_everyone=False)
    known = origin(shelf, own)
    assert (known.origin, known.publisher) == (Origin.PUBLISHER, "Maker of models")
    assert str(known.text) == "signed by Maker of models"
    files.trust(MAKER.public, "Maker", for_everyone=False)
    assert list(files.read().names.values()) == ["Maker", "Another"]
    assert files.distrust("Maker", for_everyone=False) == "Maker"
    gone = origin(shelf, own)
    assert (gone.origin, gone.told_before, gone.allowed) == (Origin.UNKNOWN_KEY, True, True)
    assert MAKER.public[:16] in str(gone.text)
    assert files.distrust(OTHER.public, for_everyone=False) == "Another"
    assert not files.own.exists(), "nothing is left to say"
    with pytest.raises(PublisherRefused, match="No publisher Another is named in"):
        files.distrust("Another", for_everyone=False)


def test_what_the_administrator_names_counts_alone(shelf):
    files = shelf.publishers
    files.trust(OTHER.public, "Mine", for_everyone=False)
    files.trust(MAKER.public, "The hospital's", for_everyone=True)
    assert dict(files.read().names) == {MAKER.public: "The hospital's"}
    for change in (
        lambda: files.trust(OTHER.public, "Mine", for_everyone=False),
        lambda: files.distrust("Mine", for_everyone=False),
    ):
        with pytest.raises(PublisherRefused, match="the administrator names publishers, for everyone"):
            change()
    files.distrust("The hospital's", for_everyone=True)
    assert dict(files.read().names) == {OTHER.public: "Mine"}, "without the administrator's, the own count again"
    files.require_signed(True)
    assert (files.read().signed_only, dict(files.read().names)) == (True, {})
    files.require_signed(False)
    assert not files.everyones[0].exists()


def test_a_user_cannot_bind_others_nor_weaken_what_binds_them(shelf):
    files = shelf.publishers
    files.own.parent.mkdir()
    files.own.write_text('{"schema": "clivus-publishers/1", "signed_only": true, "publishers": []}')
    assert not files.read().signed_only
    files.everyones[1].parent.mkdir()
    files.everyones[1].write_text('{"schema": "clivus-publishers/1", "signed_only": true, "publishers": []}')
    assert files.read().signed_only, "a package of the site's own says it"
    files.trust(MAKER.public, "Maker", for_everyone=True)
    assert files.read().signed_only, "and what it says is kept beside what is added"


@pytest.mark.parametrize(
    "content",
    [
        "{",
        '{"schema": "clivus-publishers/2", "signed_only": false, "publishers": []}',
        '{"schema": "clivus-publishers/1", "publishers": []}',
        '{"schema": "clivus-publishers/1", "signed_only": 1, "publishers": []}',
        '{"schema": "clivus-publishers/1", "signed_only": false, "publishers": [{"name": "A", "public_key": "0"}]}',
        '{"schema": "clivus-publishers/1", "signed_only": false, "publishers": [], "more": 1}',
    ],
)
def test_a_damaged_list_trusts_nobody(shelf, content):
    shelf.publishers.everyones[0].parent.mkdir()
    shelf.publishers.everyones[0].write_text(content)
    with pytest.raises(PublishersDamaged, match="cannot be known") as refusal:
        shelf.trust()
    assert "\n" not in str(refusal.value)


def test_while_nobody_can_be_trusted_only_the_shipped_model_is_used(shelf, own):
    shelf.publishers.everyones[0].parent.mkdir()
    shelf.publishers.everyones[0].write_text("{")
    for attempt in (shelf.install, opened):
        with pytest.raises(PublishersDamaged):
            attempt(own)
    assert not shelf.own.exists()
    assert opened(None).manifest.id == onnx_models.DEFAULT


def test_keys_are_told_by_file_or_by_their_digits(tmp_path):
    MAKER.write(tmp_path / "keys", "")
    assert key_told(str(tmp_path / "keys" / "public-key.json")) == MAKER.public
    assert key_told(MAKER.public.upper()) == MAKER.public
    for told in (str(tmp_path / "keys" / "private-key.json"), str(tmp_path / "none"), MAKER.public[:-1], ""):
        with pytest.raises(PublisherRefused, match="is not a publisher's public key") as refusal:
            key_told(told)
        assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("name", ["", "x" * 81, "a\nb", "\u202eabc"])
def test_a_name_that_could_not_be_shown_is_refused(shelf, name):
    with pytest.raises(PublisherRefused, match="1 to 80 printable characters"):
        shelf.publishers.trust(MAKER.public, name, for_everyone=False)


def test_where_only_signed_models_are_used_the_others_are_neither_installed_nor_opened(shelf, own, bundle):
    shelf.install(own)
    choose_default(shelf, shelf.find("quick"))
    shelf.publishers.require_signed(True)
    for attempt in (lambda: shelf.install(own), lambda: opened(own), lambda: shelf.require_trusted(own)):
        with pytest.raises(NotTrusted, match=r"The model quick .* is not signed, and on this computer only") as refusal:
            attempt()
        assert "\n" not in str(refusal.value)
    with pytest.raises(DefaultUnusable, match="not signed"):
        opened(None)
    signed(own, MAKER)
    with pytest.raises(NotTrusted, match="is signed with a key that nobody here has named"):
        shelf.install(own)
    shelf.publishers.trust(MAKER.public, "Maker", for_everyone=True)
    model, new = shelf.install(own)
    assert new, "the copy that was there is the same model, and is signed from now on"
    assert model.signer == MAKER.public == shelf.find("quick").signer
    assert opened(None).manifest.id == "quick"
    shelf.publishers.distrust("Maker", for_everyone=True)
    with pytest.raises(DefaultUnusable, match="nobody here has named"):
        opened(None)


def test_a_signature_is_never_lost_to_a_copy_that_says_less(shelf, own, tmp_path):
    plain = shutil.copytree(own, tmp_path / "plain")
    strange = signed(shutil.copytree(own, tmp_path / "strange"), OTHER)
    first, _ = shelf.install(signed(own, MAKER))
    for copy in (plain, strange):
        assert shelf.install(copy) == (first, False)
    shelf.publishers.trust(OTHER.public, "Other", for_everyone=False)
    assert shelf.install(strange)[0].signer == OTHER.public, "now it says more"


def test_a_damaged_signature_is_told_and_mended_by_installing_again(shelf, own):
    model, _ = shelf.install(signed(own, MAKER))
    (model.place / "signature.json").write_text("{}")
    (damaged,) = (one for one in shelf.looked_through() if not isinstance(one, Model))
    assert "The signature of the model in" in str(damaged.reason)
    assert shelf.install(own) == (model, True)


def test_what_was_made_here_is_used_and_what_says_so_of_itself_is_not(shelf, own):
    shelf.publishers.trust(MAKER.public, "Maker", for_everyone=True)
    shelf.publishers.require_signed(True)
    with pytest.raises(NotTrusted):
        shelf.install(own)
    note_made_here(Bundle.load(own).manifest_sha256, made_here_module.own_file())
    standing = origin(shelf, own)
    assert (standing.origin, standing.allowed, standing.told_before) == (Origin.MADE_HERE, True, False)
    assert str(standing.text) == "made here, not signed"
    assert shelf.install(own)[1]


def test_an_administrator_says_for_everyone_what_the_site_made(shelf, own):
    shelf.publishers.require_signed(True)
    model, new = shelf.install(own, Scope.EVERYONE, own_make=True)
    assert new
    assert origin(shelf, model.place).origin is Origin.MADE_HERE
    assert opened(model.place).manifest.id == "quick"
    assert [one.handle for one in shelf.models()] == ["phantom-resnet50@0.4.0", model.handle], "the notes are no model"


def test_notes_of_what_was_made_here_are_bounded_and_a_damaged_file_notes_nothing(tmp_path):
    file = tmp_path / "data" / "made-here.json"
    assert made_here([file]) == frozenset()
    sums = [f"{number:064x}" for number in range(MOST + 3)]
    note_made_here(sums[0], file)
    file.write_text(json.dumps({"schema": "clivus-made-here/1", "manifests": sums[:MOST]}))
    for one in (*sums[MOST:], sums[-1]):
        note_made_here(one, file)
    assert made_here([file, tmp_path / "none"]) == frozenset(sums[3:])
    file.write_text("{")
    assert made_here([file]) == frozenset()
    (tmp_path / "file").write_text("")
    with pytest.raises(NotWritten):
        note_made_here(sums[0], tmp_path / "file" / "made-here.json")
