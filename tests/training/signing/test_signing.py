"""A publisher's keys and `clivus-train sign`, from the keys to a bundle that a site knows."""

from __future__ import annotations

import json
import shutil
import stat
import sys

import pytest

from desktop.inference.bundle import Bundle
from training.cli import main
from training.signing.keys import PASSPHRASE, KeyRefused, PrivateKey


@pytest.fixture(autouse=True)
def no_passphrase(monkeypatch):
    monkeypatch.delenv(PASSPHRASE, raising=False)


@pytest.fixture
def own(quick, tmp_path):
    """A bundle in a folder of its own."""
    return shutil.copytree(quick, tmp_path / "own")


def test_keys_are_made_a_bundle_is_signed_and_signed_anew(own, tmp_path, capsys):
    for name in ("a", "b"):
        assert main(["keys", "--out", str(tmp_path / name)]) == 0
        told = capsys.readouterr().out
        assert f"private-key.json is not locked: there is no passphrase in {PASSPHRASE}." in told
    private, public = tmp_path / "b" / "private-key.json", json.loads((tmp_path / "b" / "public-key.json").read_text())
    assert public["public_key"] in told
    if sys.platform != "win32":
        assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert main(["sign", str(own), "--key", str(tmp_path / "a" / "private-key.json")]) == 0
    before = Bundle.load(own)
    capsys.readouterr()
    assert main(["sign", str(own), "--key", str(private)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told == [
        f"quick {before.manifest.version} is signed with the key {public['public_key']}.",
        f"Its signature with the key {before.signer[:16]}… was replaced.",
    ]
    assert Bundle.load(own).signer == public["public_key"]
    assert main(["keys", "--out", str(tmp_path / "b")]) == 2, "keys are never written over"
    assert PrivateKey.load(private, "").public == public["public_key"]


def test_a_packed_bundle_is_signed_as_its_folder_is(own, tmp_path):
    key, file = PrivateKey.new(), tmp_path / "own.clivus"
    key.write(tmp_path / "keys", "")
    private = str(tmp_path / "keys" / "private-key.json")
    file.write_bytes(Bundle.load(own).packed())
    for place in (own, file, file):
        assert main(["sign", str(place), "--key", private]) == 0
    assert Bundle.load(own).packed() == file.read_bytes(), "the same bytes, however often it is signed"


def test_what_is_not_sound_is_not_signed(own, tmp_path, capsys):
    PrivateKey.new().write(tmp_path / "keys", "")
    (own / "MODEL_CARD.md").write_text("another")
    assert main(["sign", str(own), "--key", str(tmp_path / "keys" / "private-key.json")]) == 4
    assert "MODEL_CARD.md is not the one its manifest describes" in capsys.readouterr().err
    assert not (own / "signature.json").exists()


def test_a_locked_key_opens_with_its_passphrase_only(own, tmp_path, monkeypatch, capsys, shown_as):
    monkeypatch.setenv(PASSPHRASE, "Nasenrachen und Klivus, größer")
    assert main(["keys", "--out", str(tmp_path / "keys")]) == 0
    assert "not locked" not in capsys.readouterr().out
    private = tmp_path / "keys" / "private-key.json"
    fields = json.loads(private.read_text())
    shown_as("private-key.json", fields)  # the key itself is not in it
    assert main(["sign", str(own), "--key", str(private)]) == 0
    for passphrase, says in (
        ("another", "is not its own, or the file is damaged"),
        ("", "is locked with a passphrase"),
    ):
        monkeypatch.setenv(PASSPHRASE, passphrase)
        capsys.readouterr()
        assert main(["sign", str(own), "--key", str(private)]) == 3
        error = capsys.readouterr().err
        assert says in error
        assert error.count("\n") == 1


@pytest.mark.parametrize("how", ["cut off", "short", "public", "another algorithm", "a field more", "gone", "folder"])
def test_a_damaged_private_key_is_refused_in_one_sentence(tmp_path, how):
    PrivateKey.new().write(tmp_path / "keys", "")
    file = tmp_path / "keys" / "private-key.json"
    fields = json.loads(file.read_text())
    if how == "cut off":
        file.write_bytes(file.read_bytes()[:-10])
    elif how == "gone":
        file.unlink()
    elif how == "folder":
        file = tmp_path
    else:
        changes = {
            "short": {"private_key": fields["private_key"][:-2]},
            "public": json.loads((tmp_path / "keys" / "public-key.json").read_text()),
            "another algorithm": {"algorithm": "Ed448"},
            "a field more": {"more": 1},
        }
        file.write_text(json.dumps(fields | changes[how]))
    with pytest.raises(KeyRefused, match="cannot be used, because") as refusal:
        PrivateKey.load(file, "")
    assert "\n" not in str(refusal.value)
    assert fields["private_key"] not in str(refusal.value)


def test_a_private_key_is_not_shown_by_accident(tmp_path):
    key = PrivateKey.new()
    key.write(tmp_path / "keys", "")
    seed = json.loads((tmp_path / "keys" / "private-key.json").read_text())["private_key"]
    assert seed not in repr(key)
    assert key.public in repr(key)
