"""From the files people write to documents that know where each of their parts stands."""
