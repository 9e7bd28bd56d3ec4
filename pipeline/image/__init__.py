"""Page images: ink, skew, warp, spreads, boxes."""
