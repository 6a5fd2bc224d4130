"""What kind of picture a header states, and what becomes of it: no verdict, a warning, or nothing."""

from copy import deepcopy

import pytest
from pydicom import Dataset, dcmread
from pydicom.sr.codedict import codes

from desktop.imaging.eligibility import check_series
from desktop.imaging.kinds import is_localizer, kind_of
from desktop.imaging.scan import scan
from desktop.imaging.sources import Source

ORDINARY = [
    "", "AXIAL", "AXIAL ADD", "MPR", "AXIAL MPR", "CSA MPR", "CSAPARALLEL", "CSA RESAMPLED", "REFORMATTED", "RESAMPLED",
    "VOLUME NONE", "VOLUME MIXED", "HELIX", "CT_SOM5 SPI", "CT_SOM7 SPI DUAL", "STD", "SNRG", "DET_AB", "CT_SOM5 SEQ",
    "JP2K LOSSY 6:1", "OTHER", "ENERGY_PROP_WT", "FILTERED", "REGISTERED", "CALCIUM_SCORING", "LOW_DOSE", "SCREENING",
    "METAL_FREE", "NOISE_SUPPRESSED", "STITCHED", "FLASH",
]  # fmt: skip

TELLING = {
    "maximum": "MIP MAXIMUM MAX_IP MAX-IP TMIP THICKMIP MIP10 CSA_MIP mip MAXIMUM_INTENSITY_PROJECTION",
    "minimum": "MINIP MIN_IP MinIP MNIP MINIMUM min-ip MINIMUM_INTENSITY_PROJECTION",
    "average": "AVERAGE AVG MEAN AIP RAYSUM RAY_SUM average",
    "projections of": "PROJECTION_IMAGE PROJECTION",
    "renderings": "VRT VR VOLUME_RENDER SURFACE_RENDER SSD VOLUME_RENDERED",
    "curved": "CURVED_MPR CURVED CPR",
    "removed": "MAT_REMOVED VNC VNCA DE_VNC VIRTUAL_NON_CONTRAST IODINE_REMOVED",
    "monoenergetic": "VMI MONO MONOE MONOE_40KEV 40KEV 40_KEV DE_MONO_70 MONOENERGETIC MONOCHROMATIC MONO+",
    "electron density": "ELECTRON_DENSITY RHO RHO_Z EDENSITY ELECTRONDENSITY",
    "atomic number": "EFF_ATOMIC_NUM ZEFF Z_EFF Z_EFFECTIVE EFFECTIVE_Z",
    "fraction": "MAT_FRACTIONAL",
    "modified": "MAT_MODIFIED MAT_VALUE_BASED OPTIMUM_CONTRAST",
    "material images": "MAT_SPECIFIC IODINE IODINE_MAP MATERIAL_DENSITY MD_IODINE_WATER SBI",
    "perfusion": "CBF CBV MTT TTP TMAX T_MAX RCBF PBV",
    "subtraction": "SUBTRACTION SUB DSA",
    "arithmetic": "ADDITION DIVISION MULTIPLICATION STD_DEVIATION",
    "quantity": "QUANTITY",
    "segmented": "SEGMENTATION MASKED SEG",
    "dose": "DOSE_INFO DOSE DOSE_REPORT",
    "screen": "SCREEN_SAVE SCREENSHOT PATIENT_INFO",
}


@pytest.mark.parametrize("value", ORDINARY)
def test_what_stays_an_ordinary_image(value):
    assert kind_of(("DERIVED", "SECONDARY", value), (), ()) is None
    assert kind_of(("ORIGINAL", "PRIMARY", "AXIAL", value), (), ()) is None


@pytest.mark.parametrize("name", TELLING)
def test_image_type_tells_the_kind_in_any_value_from_the_third(name):
    for word in TELLING[name].split():
        for value in (word, word.replace("_", " "), word.lower(), f"AXIAL {word}"):
            for image_type in (
                ("DERIVED", "SECONDARY", value),
                ("ORIGINAL", "PRIMARY", "AXIAL", value),
                ("DERIVED", "PRIMARY", "AXIAL", "", "CT_SOM7", value),
            ):
                kind = kind_of(image_type, (), ())
                assert kind is not None, value
                assert name in str(kind.name), (value, kind)
                assert kind.certain
                assert kind.stated.startswith("ImageType ")


def test_the_first_two_values_say_where_pixels_come_from_and_nothing_of_the_kind():
    assert kind_of(("DERIVED", "MIP"), (), ()) is None


@pytest.mark.parametrize(
    ("image_type", "certain"),
    [(("ORIGINAL", "PRIMARY", "PERFUSION"), False), (("DERIVED", "PRIMARY", "PERFUSION", "NONE"), True)],
)
def test_a_perfusion_series_is_a_map_only_if_it_is_derived(image_type, certain):
    kind = kind_of(image_type, (), ())
    assert kind is not None
    assert (str(kind.name), kind.certain) == ("perfusion maps", certain)


MAXIMUM = ["DERIVED", "PRIMARY", "VOLUME", "MAXIMUM"]
ORIGINAL, DERIVED = ("ORIGINAL", "PRIMARY", "AXIAL"), ("DERIVED", "SECONDARY", "AXIAL")


@pytest.mark.parametrize(
    ("image_type", "text", "expected"),
    [
        (ORIGINAL, "Head 3.0 Hr36", None),
        (DERIVED, "Head MPR tra", None),
        (DERIVED, "120 kV", None),
        (DERIVED, "hemiplegia, dose saving", None),
        (DERIVED, "after iodine contrast", None),
        (ORIGINAL, "Mono 40 keV", True),
        (ORIGINAL, "MonoE 70keV", True),
        (ORIGINAL, "Electron density", True),
        (DERIVED, "Iodine removed", True),
        (ORIGINAL, "DirectDensity head", True),
        (ORIGINAL, "Virtual non-contrast", True),
        (ORIGINAL, "DE Iodine Map", True),
        (DERIVED, "Z effective", True),
        (DERIVED, "AX MIP 8/2", True),
        (DERIVED, "MinIP", True),
        (DERIVED, "rCBF", True),
        (DERIVED, "thin for MIP", False),
        (DERIVED, "MIP source", False),
        (ORIGINAL, "Thin MIP", False),
        (ORIGINAL, "CTP for CBF, CBV", False),
        ((), "MIP", True),
    ],
)
def test_descriptions_count_where_they_are_certain(image_type, text, expected):
    kind = kind_of(image_type, (), (("SeriesDescription", text),))
    assert (kind and kind.certain) is expected, kind
    assert kind is None or kind.stated == "SeriesDescription", "free text is not repeated: it may name a patient"


@pytest.mark.parametrize("value", ["LOCALIZER", "localizer", "SCOUT", "REF_SURVIEW", "TOPOGRAM"])
def test_localizers_by_their_makers_words(value):
    assert is_localizer(("ORIGINAL", "PRIMARY", value))
    assert not is_localizer(ORIGINAL)


def check_of(folder):
    (series,) = scan(Source.open(folder)).series
    (check,) = (check for check in check_series(series) if check.name == "kind of picture")
    return check


def code(concept):
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = concept.value, "DCM", concept.meaning
    return item


def energy(kev):
    item = Dataset()
    item.MonoenergeticEnergyEquivalent = kev
    return item


@pytest.mark.parametrize(
    ("attributes", "status", "words"),
    [
        ({}, "pass", "ordinary"),
        ({"ImageType": ["DERIVED", "SECONDARY", "AXIAL", "MIP"]}, "fail", "projections (ImageType MIP)"),
        ({"ImageType": ["DERIVED", "SECONDARY", "MPR"]}, "pass", "ordinary"),
        ({"ImageType": None}, "warn", "ImageType is missing"),
        ({"VolumeBasedCalculationTechnique": "MIN_IP"}, "fail", "VolumeBasedCalculationTechnique MIN_IP"),
        ({"VolumeBasedCalculationTechnique": "NONE"}, "pass", "ordinary"),
        ({"SeriesDescription": "Mono 40 keV"}, "fail", "monoenergetic images (SeriesDescription)"),
        ({"DerivationCodeSequence": [code(codes.cid7203.MaximumIntensityProjection)]}, "fail", "maximum"),
        ({"DerivationCodeSequence": [code(codes.cid7203.MultiplanarReformatting)]}, "pass", "ordinary"),
        ({"MultienergyCTCharacteristicsSequence": [energy(40.0)]}, "fail", "monoenergetic"),
    ],
    ids=str,
)  # fmt: skip
def test_the_check_names_the_kind_and_where_it_is_stated(write_stack, head, tmp_path, attributes, status, words):
    write_stack(tmp_path, head, **attributes)
    check = check_of(tmp_path)
    assert (check.status, words in str(check.message)) == (status, True), check


@pytest.mark.parametrize("where", ["top", "shared", "frame"])
@pytest.mark.parametrize("what", ["VolumeBasedCalculationTechnique", "type"])
def test_an_enhanced_ct_says_it_at_the_top_or_in_its_frame_types(write_enhanced, head, tmp_path, where, what):
    path = write_enhanced(tmp_path / "multi", head)
    dataset = dcmread(path)
    macro = dataset.SharedFunctionalGroupsSequence[0].CTImageFrameTypeSequence[0]
    if where == "frame":
        for group in dataset.PerFrameFunctionalGroupsSequence:
            group.CTImageFrameTypeSequence = [deepcopy(macro)]
        targets = [group.CTImageFrameTypeSequence[0] for group in dataset.PerFrameFunctionalGroupsSequence]
        del dataset.SharedFunctionalGroupsSequence[0].CTImageFrameTypeSequence
    else:
        targets = [dataset if where == "top" else macro]
    for target in targets:
        if what == "type":
            setattr(target, "ImageType" if target is dataset else "FrameType", MAXIMUM)
        else:
            target.VolumeBasedCalculationTechnique = "MAX_IP"
    dataset.save_as(path)
    check = check_of(path)
    assert check.status == "fail"
    assert "maximum intensity projections" in str(check.message)


def test_frames_of_different_kinds_are_different_stacks(write_enhanced, head, tmp_path):
    path = write_enhanced(tmp_path / "multi", head)
    dataset = dcmread(path)
    for number, group in enumerate(dataset.PerFrameFunctionalGroupsSequence):
        macro = Dataset()
        macro.FrameType = list(dataset.ImageType)
        macro.VolumeBasedCalculationTechnique = "MAX_IP" if number < 3 else "NONE"
        group.CTImageFrameTypeSequence = [macro]
    dataset.VolumeBasedCalculationTechnique = "MIXED"
    dataset.save_as(path)
    found = scan(Source.open(path)).series
    assert [(len(series.slices), series.kind is None) for series in found] == [(5, True), (3, False)]
