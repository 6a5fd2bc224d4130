"""The models at a site: which there are on this computer, which one is chosen, and how they compare on its cases."""
