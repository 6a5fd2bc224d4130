"""What of the paper's figures does not hold or is not said, each with its computation."""
