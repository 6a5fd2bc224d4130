"""The colours of the map, for every eye."""

import numpy as np
import pytest

from desktop.report.heat import OPAQUE_FROM, evidence_colours, grad_cam_colours

SHARES = np.linspace(0, 1, 65, dtype=np.float32)

# Linear RGB as dichromats see it (Viénot, Brettel and Mollon 1999).
DICHROMATS = {
    "protanope": [[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]],
    "deuteranope": [[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]],
}


def linear(colours):
    share = colours[..., :3].astype(float) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIE L*a*b* [..., 3] of linear sRGB under D65."""
    to_xyz = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    xyz = rgb.clip(0, 1) @ np.transpose(to_xyz) / [0.95047, 1.0, 1.08883]
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    x, y, z = np.moveaxis(f, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def test_nothing_is_drawn_where_there_is_no_evidence_and_most_at_the_ends():
    for sign in (1, -1):
        colours = evidence_colours(sign * SHARES, 1.0, 0.5)
        assert colours[0, 3] == 0
        assert colours[-1, 3] == 128
        assert (np.diff(colours[:, 3].astype(int)) >= 0).all()
    beyond = evidence_colours(np.float32([-9, 9]), 1.0, 0.5)
    np.testing.assert_array_equal(beyond, evidence_colours(np.float32([-1, 1]), 1.0, 0.5))


def test_both_sides_rise_in_lightness_and_neither_looks_stronger():
    sides = [lab(linear(evidence_colours(sign * SHARES[1:], 1.0, 1.0)))[:, 0] for sign in (1, -1)]
    for lightness in sides:
        assert (np.diff(lightness) >= 0).all()
    assert np.abs(sides[0] - sides[1]).max() < 10


@pytest.mark.parametrize("eye", [np.eye(3), *DICHROMATS.values()], ids=["trichromat", *DICHROMATS])
@pytest.mark.parametrize("ground", [20, 123, 255], ids=["air", "soft tissue", "bone"])
def test_colour_blind_readers_tell_for_from_against(eye, ground):
    """Yellow against blue, over everything that lies beneath; a difference of 2 is just seen, one of 20 is plain."""

    def seen(values):
        colours = evidence_colours(values, 1.0, 0.55)
        alpha = colours[:, 3:] / 255
        return lab(linear(alpha * colours[:, :3] + (1 - alpha) * ground) @ np.transpose(eye))

    drawn = SHARES[SHARES >= OPAQUE_FROM]
    found, against = seen(drawn), seen(-drawn)
    assert (found[:, 2] - against[:, 2] > 20).all()
    assert (np.linalg.norm(found - against, axis=1) > 20).all()


def test_the_papers_look_goes_from_blue_to_red():
    colours = grad_cam_colours(np.float32([0, 0.5, 1]), 0.5)
    assert (colours[:, 3] == 128).all()
    assert colours[0].argmax() == 2 or colours[0, 2] > max(colours[0, :2])
    assert colours[2, 0] > max(colours[2, 1:3])
