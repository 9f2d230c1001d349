"""What the words of a text say: dates, times, amounts, phone numbers, the language, how many sentences, whether an AI.

Pure functions over text, without any of kiwerk's nouns, so that checks and expectations read a text alike.
"""

from __future__ import annotations
