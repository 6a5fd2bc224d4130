"""From a bundle to crops, probabilities and maps, on onnxruntime. No Qt."""
