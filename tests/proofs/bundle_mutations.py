"""Are changed bundles refused? Hundreds of mutations of manifest, card, graph and files, opened as Clivus opens them.

Each must be refused in one sentence within 2 seconds, to which the time is added that the sound network takes to be
opened where that has to be waited for; or be proved harmless: the manifest says the same, and the network gives the
same answers for crops that its self-test does not hold. A mutation that changes the model or the manifest is
given sums that fit ("resealed") wherever the sums alone would find it out, so that what lies behind them is tried too.
Bytes of the manifest are flipped in the bundle that ships, which the application knows, and in one that its maker has
signed: a site's own manifest with another sensible threshold is another manifest, and only a signature can tell. Signed
bundles are also changed with sums that fit, and so are signatures; none of that may be accepted under the maker's name.

    python tests/proofs/bundle_mutations.py [--count 500] [--seed 1]

Exit status: 0 all refused or harmless, 1 not.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import random
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import onnx_models
from desktop.inference.bundle import LARGEST, Bundle
from desktop.inference.device import Device
from desktop.inference.graph import Answers
from desktop.inference.manifest import BundleUnsound, Manifest
from desktop.inference.network import Network
from desktop.inference.selftest import procedural_crop
from desktop.inference.signature import signature_document
from training.signing.keys import PrivateKey

LONGEST_REFUSAL_S = 2.0
HUNG_S = 60
SAME_LOGIT = 1e-3
"""As the self-test's tolerance: other processors differ by as much."""

MODEL, MANIFEST, CARD, SIGNATURE = "model.onnx", "manifest.json", "MODEL_CARD.md", "signature.json"
MAKER = PrivateKey.new()
SHIPPED = onnx_models.default_bundle()
CROPS = np.stack([procedural_crop(224, seed) for seed in (2, 3)] + [np.full((224, 224), 40, np.float32)])

Random = random.Random
Fields = dict[str, Any]


@dataclass(frozen=True)
class Mutation:
    """A way to change a bundle in a folder; `change` returns what was done.

    Attributes:
        shipped: opened as the bundle that ships.
        signed: the bundle was signed before by `MAKER`.
        computes: the refusal may come from the network's own answers.
    """

    kind: str
    change: Callable[[Path, Random], str]
    weight: int
    shipped: bool = False
    signed: bool = False
    computes: bool = False


# -------------------------------------------------------------------------------------------------------- manifest


def leaves(value: object, way: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The paths to everything in a JSON value."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way, *(leaf for key, part in parts for leaf in leaves(part, (*way, key)))]


def written(folder: Path, fields: object) -> None:
    (folder / MANIFEST).write_text(json.dumps(fields), encoding="utf-8")


def fields_of(folder: Path) -> Fields:
    fields: Fields = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return fields


NONSENSE = [math.nan, math.inf, -math.inf, 1e308, -1e308, 10**40, -1e-300, True, [], [[]], [None], {"a": {"b": 1}}]
NONSENSE += ["", "\0", "a\nb", "\x1b[2J", "\u202eabc", "\ud83d", "\u200b", "x" * 5000]


def nonsense_value(folder: Path, chance: Random) -> str:
    fields = fields_of(folder)
    way = chance.choice([leaf for leaf in leaves(fields) if leaf and leaf != ("pictures",)])
    value = chance.choice(NONSENSE)
    if value == [] and way == ("metrics",):
        value = [[]]
    here = fields
    for step in way[:-1]:
        here = here[step]
    here[way[-1]] = value
    written(folder, fields)
    return f"{'/'.join(map(str, way))} = {ascii(value)[:30]}"


def missing_field(folder: Path, chance: Random) -> str:
    fields = fields_of(folder)
    ways = [way for way in leaves(fields) if way and isinstance(way[-1], str) and way[0] not in ("cohort", "tools")]
    way = chance.choice([way for way in ways if way[0] not in ("pictures", "fingerprints")])
    here = fields
    for step in way[:-1]:
        here = here[step]
    del here[way[-1]]
    written(folder, fields)
    return "/".join(map(str, way))


def unknown_field(folder: Path, chance: Random) -> str:
    fields = fields_of(folder)
    places = [fields, fields["files"], fields["roi_landmarks"], fields["metrics"][0], fields["self_test"]]
    name = chance.choice(["treshold", "Threshold", "threshold ", "\u0442hreshold", "x" * 200, "", "\n", "__class__"])
    chance.choice(places)[name] = chance.choice([1, None, "a" * 64])
    written(folder, fields)
    return ascii(name)[:30]


def repeated_field(folder: Path, chance: Random) -> str:
    text = (folder / MANIFEST).read_text(encoding="utf-8")
    key, value = chance.choice(
        [("threshold", "0.5"), ("seed", "1"), ("crop_size", "224"), ("cutoff_slices", "2"), ("unit", '"slice"')]
    )
    again = chance.choice([key, f"\\u{ord(key[0]):04x}{key[1:]}"])
    found = f'"{key}": {value}'
    (folder / MANIFEST).write_text(text.replace(found, f'{found}, "{again}": {value}', 1), encoding="utf-8")
    return again


def other_encoding(folder: Path, chance: Random) -> str:
    text = (folder / MANIFEST).read_text(encoding="utf-8")
    name = chance.choice(["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp500", "utf-7", "latin-1"])
    if name in ("utf-7", "latin-1"):  # the same bytes for ASCII
        text = text.replace("phantoms", "ph\xe4ntoms", 1)
    (folder / MANIFEST).write_bytes(text.encode(name))
    return name


def odd_text(folder: Path, chance: Random) -> str:
    text = (folder / MANIFEST).read_text(encoding="utf-8")
    deep = chance.choice([100, 1000, 50_000, 300_000])
    forms = {
        f"nested {deep} deep": text.replace('"phantoms"', "[" * deep + "]" * deep, 1),
        f"objects nested {deep} deep": text.replace('"phantoms"', '{"a":' * deep + "1" + "}" * deep, 1),
        f"brackets {deep} that do not close": "[" * deep,
        f"a number of {deep} digits": text.replace('"seed": 1', '"seed": ' + "7" * deep, 1),
        f"a fraction of {deep} digits": text.replace("0.5", "9" * deep + ".5", 1),
        "1e999": text.replace("0.5", "1e999", 1),
        "a list outside": f"[{text}]",
        "text outside": json.dumps(text),
        "twice": text + text,
        "a comment": text.replace("{", "{ // \n", 1),
        "single quotes": text.replace('"', "'"),
        "a comma more": text.replace("0.5,", "0.5,,", 1),
        "a surrogate alone": text.replace("phantoms", "\\udc80", 1),
        "a surrogate in a key": text.replace('"kind"', '"\\ud800"', 1),
        "many keys": text.replace("{", "{" + ",".join(f'"k{n}": 1' for n in range(deep)) + ",", 1),
        "a long text": text.replace("phantoms", "x" * deep * 3, 1),
        "NUL": text.replace("phantoms", "\0", 1),
    }
    name = chance.choice(list(forms))
    (folder / MANIFEST).write_text(forms[name], encoding="utf-8")
    return name


def damaged_text(folder: Path, chance: Random) -> str:
    raw = bytearray((folder / MANIFEST).read_bytes())
    place = chance.randrange(len(raw) - 2)
    how = chance.choice(["high bit", "cut off", "NUL", "doubled", "zeros", "empty"])
    if how == "high bit":
        raw[place] |= 0x80
    elif how == "NUL":
        raw[place] = 0
    elif how == "doubled":
        place = raw.index(b"{", place) if b"{" in raw[place:] else 0
        raw.insert(place, raw[place])
    elif how == "zeros":
        raw[place:] = bytes(len(raw) - place)
    else:
        del raw[place if how == "cut off" else 0 :]
    (folder / MANIFEST).write_bytes(raw)
    return f"{how} at byte {place}"


def flipped_text(folder: Path, chance: Random) -> str:
    return flipped(folder / MANIFEST, chance)


# ---------------------------------------------------------------------------------------------------- card and bytes


def flipped(path: Path, chance: Random) -> str:
    """Flip a bit somewhere; hard links are taken apart first."""
    raw = bytearray(path.read_bytes())
    place, bit = chance.randrange(len(raw)), chance.randrange(8)
    raw[place] ^= 1 << bit
    path.unlink()
    path.write_bytes(raw)
    return f"{path.name}, bit {bit} of byte {place}"


def flipped_card(folder: Path, chance: Random) -> str:
    return flipped(folder / CARD, chance)


def flipped_model(folder: Path, chance: Random) -> str:
    return flipped(folder / MODEL, chance)


def other_length(folder: Path, chance: Random) -> str:
    path = folder / chance.choice([CARD, MODEL])
    raw = path.read_bytes()
    path.unlink()
    how = chance.choice(["cut off", "longer", "empty"])
    path.write_bytes({"cut off": raw[: chance.randrange(len(raw))], "longer": raw + b"\n", "empty": b""}[how])
    return f"{path.name} {how}"


# ----------------------------------------------------------------------------------------------------------- graph


def resealed(folder: Path, raw: bytes) -> None:
    """Another model with sums that fit."""
    (folder / MODEL).unlink()
    (folder / MODEL).write_bytes(raw)
    fields = fields_of(folder)
    fields["sha256"] = fields["files"][MODEL] = hashlib.sha256(raw).hexdigest()
    written(folder, fields)


def graph_bytes(folder: Path, chance: Random) -> str:
    """Bytes between the weights: names, attributes, shapes, lengths."""
    raw = bytearray((folder / MODEL).read_bytes())
    # The names and nodes lie in the first and the last part of the file, the weights between them.
    ends = [*range(60_000), *range(len(raw) - 60_000, len(raw))]
    places = [chance.choice(ends) for _ in range(chance.choice([1, 1, 3]))]
    for place in places:
        raw[place] = chance.randrange(256)
    resealed(folder, bytes(raw))
    return f"bytes {places}"


def graph_parts(folder: Path, chance: Random) -> str:
    model = onnx.load_model_from_string((folder / MODEL).read_bytes())
    graph = model.graph
    node, tensor = chance.choice(graph.node), chance.choice(graph.initializer)
    wide = next(t for t in graph.initializer if t.name == "fc.bias")

    def attribute() -> None:
        some = chance.choice([n for n in graph.node if n.op_type in ("Conv", "MaxPool", "Gemm", "BatchNormalization")])
        one = chance.choice(some.attribute)
        if one.type == onnx.AttributeProto.INTS:
            one.ints[0] = chance.choice([-1, 0, 10**9, 7])
        elif one.type == onnx.AttributeProto.INT:
            one.i = chance.choice([-1, 2**62, 3])
        else:
            one.f = chance.choice([math.nan, 1e30, -1.0])

    def values() -> None:
        found = numpy_helper.to_array(tensor).copy()
        if found.dtype.kind == "f":
            found.reshape(-1)[:] = chance.choice([0, math.nan, math.inf, 7])
        else:
            found = found + 1
        tensor.CopyFrom(numpy_helper.from_array(found, tensor.name))

    def outside() -> None:
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        place = chance.choice(["weights.bin", "/etc/passwd", "../x", "/dev/zero", MANIFEST])
        tensor.external_data.add(key="location", value=place)

    def answer(name: str, value: float) -> None:
        for one in graph.node:
            one.output[:] = [f"true_{name}" if output == name else output for output in one.output]
            one.input[:] = [f"true_{name}" if taken == name else taken for taken in one.input]
        constant = numpy_helper.from_array(np.float32(value), "value")
        zero = numpy_helper.from_array(np.float32(0), "zero")
        graph.node.extend(
            [
                helper.make_node("Constant", [], ["a value"], value=constant),
                helper.make_node("Constant", [], ["a zero"], value=zero),
                helper.make_node("Mul", [f"true_{name}", "a zero"], ["nothing"]),
                helper.make_node("Add", ["nothing", "a value"], [name]),
            ]
        )

    def hungry() -> None:
        side = 10 ** chance.choice([5, 6])
        weights = numpy_helper.from_array(np.ones(side, np.float32), "many")
        shapes = [numpy_helper.from_array(np.int64(shape), f"shape {n}") for n, shape in enumerate(([-1, 1], [1, -1]))]
        graph.initializer.extend([weights, *shapes])
        graph.node.extend(
            [
                helper.make_node("Reshape", ["many", "shape 0"], ["down"]),
                helper.make_node("Reshape", ["many", "shape 1"], ["across"]),
                helper.make_node("MatMul", ["down", "across"], ["square"]),
            ]
        )
        graph.output.append(helper.make_tensor_value_info("square", TensorProto.FLOAT, None))

    def domain() -> None:
        node.domain = "com.example"

    def renamed_input() -> None:
        graph.input[0].name = "x"

    def more() -> None:
        model.opset_import[0].version = chance.choice([1, 7, 10_000, -1])

    changes: dict[str, Callable[[], object]] = {
        "a node left out": lambda: graph.node.remove(node),
        "a node twice": lambda: graph.node.append(node),
        "nodes turned round": lambda: graph.node.sort(key=lambda one: one.output[0]),
        "another operator": lambda: setattr(
            node, "op_type", chance.choice(["Loop", "Neg", "Relu", "", "Identity", "Resize"])
        ),
        "operators of a library": domain,
        "an attribute": attribute,
        "an attribute left out": lambda: node.ClearField("attribute"),
        "no weights": lambda: graph.initializer.remove(tensor),
        "other weights": values,
        "weights of another shape": lambda: tensor.dims.append(2),
        "weights of another type": lambda: setattr(tensor, "data_type", chance.randrange(30)),
        "weights elsewhere": outside,
        "weights cut off": lambda: setattr(tensor, "raw_data", tensor.raw_data[:-1]),
        "an output of another name": lambda: setattr(chance.choice(graph.output), "name", "other"),
        "an output left out": lambda: graph.output.pop(chance.randrange(len(graph.output))),
        "an input of another name": renamed_input,
        "an input more": lambda: graph.input.append(helper.make_tensor_value_info("more", TensorProto.FLOAT, [1])),
        "another opset": more,
        "another bias": lambda: wide.CopyFrom(numpy_helper.from_array(np.float32([30]), wide.name)),
        "a constant probability": lambda: answer("probability", chance.choice([math.nan, -1, 7, 0.5, 0.01, 0.99])),
        "a constant logit": lambda: answer("logit", chance.choice([math.nan, math.inf, 0, 100])),
        "a square of 10^10 and more": hungry,
        "a note (harmless)": lambda: setattr(model, "doc_string", "a note"),
        "names of nodes (harmless)": lambda: setattr(node, "name", "another\nname"),
        "another producer (harmless)": lambda: setattr(model, "producer_name", "another"),
    }
    name = chance.choice(list(changes))
    changes[name]()
    resealed(folder, model.SerializeToString())
    return f"{name}: {node.op_type} {tensor.name}"


# ----------------------------------------------------------------------------------------------------------- files


def odd_file(folder: Path, chance: Random) -> str:
    path = folder / chance.choice([MODEL, MANIFEST, CARD])
    raw = path.read_bytes() if path.name != MODEL else b""
    path.unlink()

    def bound() -> None:
        os.chdir(folder)  # a socket's path has 107 characters at most
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)

    def sparse(size: int) -> None:
        path.touch()
        os.truncate(path, size)

    kinds: dict[str, Callable[[], object]] = {
        "missing": lambda: None,
        "a pipe": lambda: os.mkfifo(path),
        "a folder": path.mkdir,
        "a socket": bound,
        "a link to itself": lambda: path.symlink_to(path.name),
        "a link to nothing": lambda: path.symlink_to("absent"),
        "a link to the sound file": lambda: path.symlink_to(SHIPPED / path.name),
        "empty": path.touch,
        "a byte too large": lambda: sparse(LARGEST[path.name] + 1),
        "20 GB of nothing": lambda: sparse(20 * 10**9),
        "as large as allowed, of nothing": lambda: sparse(LARGEST[path.name]),
        "of another case": lambda: path.with_name(path.name.swapcase()).write_bytes(raw),
    }
    kinds |= {f"a link to {to}": lambda to=to: path.symlink_to(to) for to in ("/dev/zero", "/dev/tty", "/proc/kmsg")}
    name = chance.choice(list(kinds))
    kinds[name]()
    return f"{path.name} {name}"


def more_files(folder: Path, chance: Random) -> str:
    name = chance.choice(
        [
            "weights.bin",
            "model.onnx.data",
            "manifest.json~",
            "head.bin",
            "reference.npz",
            "MODEL_CARD (1).md",
            "a\nb",
            "ä",
            *(".DS_Store", "Thumbs.db", "._model.onnx", "desktop.ini"),  # harmless
        ]
    )
    if chance.random() < 0.3 and not name.startswith((".", "T", "desk")):
        (folder / name).mkdir()
    else:
        (folder / name).write_bytes(b"x")
    return ascii(name)


# ------------------------------------------------------------------------------------------------------- signature


def sign_as_maker(folder: Path) -> None:
    document = signature_document(MAKER.public, MAKER.sign((folder / MANIFEST).read_bytes()))
    (folder / SIGNATURE).write_text(json.dumps(document), encoding="utf-8")


def flipped_signature(folder: Path, chance: Random) -> str:
    return flipped(folder / SIGNATURE, chance)


def another_manifest(folder: Path, chance: Random) -> str:
    """Sensible values, which nothing but the signature tells from the maker's."""
    fields = fields_of(folder)
    changes = [
        ("threshold", 0.49),
        ("cutoff_slices", 3),
        ("id", "another"),
        ("version", "9.9"),
        ("made_on", "2026-01-01"),
    ]
    key, value = chance.choice([*changes, ("intended_use", "research"), ("slice_thickness_mm", [0.5, 10.0])])
    written(folder, fields | {key: value})
    return f"{key} = {value}"


def card_resealed(folder: Path, chance: Random) -> str:
    raw = (folder / CARD).read_bytes().replace(b"not for clinical use", b"for clinical use")
    raw += bytes([chance.randrange(32, 127)])
    (folder / CARD).write_bytes(raw)
    fields = fields_of(folder)
    fields["files"][CARD] = hashlib.sha256(raw).hexdigest()
    written(folder, fields)
    return "the card"


def another_signature(folder: Path, chance: Random) -> str:
    file = folder / SIGNATURE
    sound = json.loads(file.read_text(encoding="utf-8"))
    manifest, stranger = (folder / MANIFEST).read_bytes(), PrivateKey.new()
    key, made = sound["public_key"], sound["signature"]
    order = 2**252 + 27742317777372353535851937790883648493  # RFC 8032, 5.1
    half = bytes.fromhex(made)
    malleable = half[:32] + (int.from_bytes(half[32:], "little") + order).to_bytes(32, "little")
    small = "01" + "00" * 31  # the neutral point, under which some libraries accept anything
    forms: dict[str, Any] = {
        "of another text": sound | {"signature": MAKER.sign(manifest + b" ").hex()},
        "of the sum of the manifest": sound | {"signature": MAKER.sign(hashlib.sha256(manifest).digest()).hex()},
        "by a stranger, under the maker's key": sound | {"signature": stranger.sign(manifest).hex()},
        "the maker's, under a stranger's key": sound | {"public_key": stranger.public},
        "with the order added": sound | {"signature": malleable.hex()},
        "a point of small order": sound | {"public_key": small, "signature": small + "00" * 32},
        "zeros": sound | {"public_key": "00" * 32, "signature": "00" * 64},
        "another algorithm": sound | {"algorithm": chance.choice(["Ed448", "none", "", "ed25519", None, 1])},
        "another schema": sound | {"schema": chance.choice(["clivus-signature/2", "", None])},
        "a field more": sound | {chance.choice(["publisher", "key_id", ""]): "Maker"},
        "a field less": {name: sound[name] for name in chance.sample(list(sound), 3)},
        "cut off": sound | {chance.choice(["public_key", "signature"]): made[: chance.randrange(64)]},
        "another type": sound | {"signature": chance.choice([[made], {"": made}, 1, True, None])},
        "a list": [sound],
    }
    name = chance.choice([*forms, "twice", "empty", "large", "a link", "a folder"])
    text = json.dumps(forms.get(name, sound))
    file.unlink()
    if name == "a folder":
        file.mkdir()
    elif name == "a link":
        file.symlink_to("/dev/zero")
    else:
        text = text[:-1] + f', "public_key": "{key}"}}' if name == "twice" else text
        file.write_text("" if name == "empty" else text + " " * 5000 * (name == "large"), encoding="utf-8")
    return name


MUTATIONS = (
    Mutation("a value that makes no sense", nonsense_value, 140),
    Mutation("a field is missing", missing_field, 30),
    Mutation("a field that is not known", unknown_field, 15),
    Mutation("a field twice", repeated_field, 15),
    Mutation("another encoding", other_encoding, 15),
    Mutation("an odd text", odd_text, 40),
    Mutation("a damaged text", damaged_text, 40),
    Mutation("the shipped manifest, a bit", flipped_text, 40, shipped=True),
    Mutation("a signed manifest, a bit", flipped_text, 40, signed=True),
    Mutation("a signed manifest, another value", another_manifest, 15, signed=True),
    Mutation("a signed card, resealed", card_resealed, 10, signed=True),
    Mutation("a signed bundle's file, a bit", flipped_model, 5, signed=True),
    Mutation("a signature, a bit", flipped_signature, 30, signed=True),
    Mutation("another signature", another_signature, 60, signed=True),
    Mutation("the card, a bit", flipped_card, 15),
    Mutation("the model, a bit", flipped_model, 15),
    Mutation("another length", other_length, 15),
    Mutation("the graph's bytes, resealed", graph_bytes, 50, computes=True),
    Mutation("the graph's parts, resealed", graph_parts, 90, computes=True),
    Mutation("not a plain file", odd_file, 40),
    Mutation("a file more", more_files, 15),
)


class Hung(Exception):
    """No answer."""


def main() -> int:
    """Make the mutations and tell of each kind; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=500, help="mutations; default 500")
    parser.add_argument("--seed", type=int, default=1, help="of what is changed; default 1")
    parser.add_argument("--all", action="store_true", help="tell of each mutation")
    asked = parser.parse_args()

    def hung(*_: object) -> None:
        raise Hung

    signal.signal(signal.SIGALRM, hung)
    sound = Bundle.shipped()
    same = replace(sound.manifest, files={})
    begun = time.monotonic()
    network = Network(sound, Device.CPU)
    opening_s, expected = time.monotonic() - begun, network.judge(CROPS)
    chance, ends, wrong, slowest = Random(asked.seed), Counter[tuple[str, str]](), [], 0.0
    kinds = chance.choices(MUTATIONS, [one.weight for one in MUTATIONS], k=asked.count)
    for number, mutation in enumerate(kinds):
        with tempfile.TemporaryDirectory(prefix="clivus-mutation-") as place:
            folder = Path(place) / "bundle"
            copied(folder)
            if mutation.signed:
                sign_as_maker(folder)
            done = mutation.change(folder, chance)
            end, said, took = judged(folder, mutation, expected, same)
            if took > (longest := LONGEST_REFUSAL_S + opening_s * mutation.computes):
                # On a busy machine anything may take long: what does so twice more is slow.
                took = min(took, *(judged(folder, mutation, expected, same)[2] for _ in range(2)))
                end += f" after {took:.1f} s" if took > longest else ""
            slowest = max(slowest, took)
            os.chdir("/")
        ends[mutation.kind, end] += 1
        if asked.all:
            print(f"{number:4} {mutation.kind}, {done}: {end}. {said}", flush=True)
        if end not in ("refused", "harmless"):
            wrong.append(f"{mutation.kind}, {done}: {end}. {said}")
    for (kind, end), count in sorted(ends.items()):
        print(f"{count:4} {end:10} {kind}")
    print(f"{asked.count} mutations, {len(wrong)} of them neither refused nor harmless")
    print(f"slowest refusal {slowest:.2f} s; the sound network opens in {opening_s:.2f} s")
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


def judged(folder: Path, mutation: Mutation, expected: Answers, same: Manifest) -> tuple[str, str, float]:
    """How it ended, what was said, and the seconds that a refusal took."""
    started = time.monotonic()
    signal.alarm(HUNG_S)
    try:
        bundle = _opened(folder, mutation.shipped)
        network = Network(bundle, Device.CPU)
        answers = network.judge(CROPS)
    except BundleUnsound as error:
        said = str(error)
        sound = said.isprintable() and len(said) < 1000
        return "refused" if sound else "refused in an odd sentence", said, time.monotonic() - started
    except Hung:
        return "no answer", "", 0.0
    except Exception as error:
        return "something unexpected", repr(error)[:300], 0.0
    finally:
        signal.alarm(0)
    off = float(np.abs(answers.logits - expected.logits).max())
    maps = float(np.abs(answers.maps - expected.maps).max())
    alike = replace(network.manifest, files={}) == same and max(off, maps) <= SAME_LOGIT
    alike = alike and (not mutation.signed or bundle.signer == MAKER.public)
    return "harmless" if alike else "accepted", f"logit off by {off:.1e}, map by {maps:.1e}", 0.0


def copied(folder: Path) -> None:
    """The shipped bundle; the model as a hard link where that is possible."""
    folder.mkdir()
    for name in (MANIFEST, CARD):
        shutil.copyfile(SHIPPED / name, folder / name)
    try:
        os.link(SHIPPED / MODEL, folder / MODEL)
    except OSError:
        shutil.copyfile(SHIPPED / MODEL, folder / MODEL)


def _opened(folder: Path, shipped: bool) -> Bundle:
    if not shipped:
        return Bundle.load(folder)
    try:
        onnx_models.default_bundle = lambda: folder
        return Bundle.shipped()
    finally:
        onnx_models.default_bundle = lambda: SHIPPED


if __name__ == "__main__":
    sys.exit(main())
