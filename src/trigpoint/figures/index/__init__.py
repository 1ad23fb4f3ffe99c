"""Composite indices: several indicators of many countries in one score, with how sure its ranks are.

The order of the steps is that of the handbook of the OECD and the JRC (2008, doi:10.1787/9789264043466-en): screen,
impute, treat, normalise, weigh, aggregate, then vary every choice. Nothing here knows what the indicators mean.
"""
