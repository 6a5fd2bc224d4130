"""From cases to a bundle: `clivus-train`."""

import desktop  # noqa: F401  before torch, onnx and all else: it keeps the libraries offline
