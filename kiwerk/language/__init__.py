"""What the words of a text say: whether they tell of an AI, which language they are in, how many sentences they are.

Pure functions over text, without any of kiwerk's nouns, so that checks and expectations read a text alike.
"""

from __future__ import annotations
