"""A signature is of one manifest by one key; whatever else stands there is refused in one sentence."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.inference.bundle import Bundle
from desktop.inference.manifest import BundleUnsound
from desktop.inference.signature import SignatureRefused, key_shown, public_key_document, public_key_in, signer_of
from tests.publisher import signed
from training.signing.keys import PrivateKey

KEY = PrivateKey.new()

RFC_KEY = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
RFC_SIGNATURE = (
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)
"""RFC 8032, 7.1, test 2: of the byte 0x72."""


def written(**fields: object) -> bytes:
    whole = {"schema": "clivus-signature/1", "algorithm": "Ed25519", "public_key": RFC_KEY, "signature": RFC_SIGNATURE}
    return json.dumps({name: value for name, value in (whole | fields).items() if value is not None}).encode()


@pytest.fixture
def own(quick, tmp_path):
    """A signed bundle in a folder of its own."""
    return signed(shutil.copytree(quick, tmp_path / "own"), KEY)


def refused(place: Path, says: str) -> None:
    for look in (Bundle.load, Bundle.look_at):
        with pytest.raises(BundleUnsound, match=says) as refusal:
            look(place)
        assert "\n" not in str(refusal.value)


def test_the_standards_own_example_is_verified():
    assert signer_of(written(), b"\x72") == RFC_KEY
    with pytest.raises(SignatureRefused, match="does not fit the manifest"):
        signer_of(written(), b"\x73")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (written(schema="clivus-signature/2"), '"?schema"? must be clivus-signature/1, not "?clivus-signature/2'),
        (written(algorithm="RSA"), '"?algorithm"? must be Ed25519, not "?RSA'),
        (written(algorithm=None), "algorithm is missing"),
        (written(public_key=RFC_KEY[:-2]), "public_key must be a key of 64 digits"),
        (written(public_key=RFC_KEY.upper()), "public_key must be a key of 64 digits"),
        (written(public_key="0" * 64), "does not fit the manifest"),
        (written(signature=RFC_SIGNATURE + "00"), "signature must be a signature of 128 digits"),
        (written(signature="0" * 128), "does not fit the manifest"),
        (written(publisher="Somebody"), "does not know the field publisher"),
        (written()[:-1] + b', "algorithm": "Ed25519"}', "algorithm.* stands in it twice"),
        (written()[:100], "is not JSON"),
        (b"", "is not JSON"),
        (b"\xff", "is not UTF-8"),
        (b"[]", "must be an object"),
    ],
)
def test_what_is_no_signature_is_refused(content, says):
    with pytest.raises(SignatureRefused, match=says):
        signer_of(content, b"\x72")


def test_a_signature_covers_each_file_by_each_byte(own, quick, tmp_path):
    assert Bundle.load(own).signer == KEY.public
    assert Bundle.load(quick).signer == ""
    for file in sorted(own.iterdir()):
        whole = file.read_bytes()
        for place in (0, len(whole) // 2, len(whole) - 1):
            changed = bytearray(whole)
            changed[place] ^= 1
            file.write_bytes(changed)
            with pytest.raises(BundleUnsound) as refusal:
                Bundle.load(own)
            assert "\n" not in str(refusal.value)
        file.write_bytes(whole)
    (own / "manifest.json").write_bytes((own / "manifest.json").read_bytes() + b" ")
    refused(own, r"The signature of the model in .*own is not valid, because it does not fit the manifest")


def test_a_signature_of_another_model_or_of_nobody_is_refused(own, bundle, tmp_path):
    other = shutil.copytree(own, tmp_path / "other")
    fields = json.loads((other / "manifest.json").read_text())
    (other / "manifest.json").write_text(json.dumps(fields | {"threshold": 0.4}))
    refused(other, "does not fit the manifest: one of the two was changed, or is another model's")
    signed(other, PrivateKey.new())
    assert Bundle.load(other).signer not in ("", KEY.public)
    shutil.copy(own / "signature.json", other)
    refused(other, "does not fit the manifest")
    (other / "signature.json").unlink()
    assert Bundle.load(other).signer == "", "not signed, and said so"


def test_its_file_is_plain_and_small(own, tmp_path):
    file = own / "signature.json"
    kept = shutil.move(file, tmp_path)
    file.symlink_to(kept)
    refused(own, r"signature\.json is not used, because it is a link")
    file.unlink()
    file.write_bytes(b" " * 5000)
    refused(own, "0 MB, more than the 0.004096 MB that are allowed")


def test_a_file_that_no_manifest_names_is_refused_or_never_read(own):
    (own / "head.bin").write_bytes(bytes(8196))
    with pytest.raises(BundleUnsound, match=r"does not name, head\.bin"):
        Bundle.load(own)
    (own / "head.bin").unlink()
    fields = json.loads((own / "manifest.json").read_text())
    del fields["files"], fields["pictures"]
    (own / "manifest.json").write_text(json.dumps(fields | {"schema": "clivus-bundle/1"}))
    former = Bundle.load(signed(own, KEY))
    assert former.signer == KEY.public
    assert former.card == "", "a manifest of the former schema does not name its card"
    assert set(former.files) == {"manifest.json", "signature.json", "model.onnx"}


def test_a_packed_bundle_holds_its_signature(own, tmp_path):
    file = tmp_path / "own.clivus"
    file.write_bytes(Bundle.load(own).packed())
    assert Bundle.load(file).signer == KEY.public
    assert Bundle.look_at(file) == Bundle.look_at(own)
    assert Bundle.load(file).files == Bundle.load(own).files


def test_the_file_of_a_public_key(tmp_path):
    assert public_key_in(json.dumps(public_key_document(KEY.public)).encode()) == KEY.public
    assert key_shown(KEY.public) == f"{KEY.public[:16]}…"
    for content in (b"", b"{}", written(), json.dumps(public_key_document("0" * 63)).encode()):
        with pytest.raises(SignatureRefused):
            public_key_in(content)


def test_the_library_is_loaded_only_where_something_is_signed(quick, own):
    code = (
        "import sys\nfrom pathlib import Path\nfrom desktop.inference.bundle import Bundle\n"
        f"Bundle.load(Path({str(quick)!r}))\nassert 'nacl' not in sys.modules\n"
        f"Bundle.load(Path({str(own)!r}))\nassert 'nacl' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
