"""Open folder: each module declares ``SCENARIOS``, a tuple; adding a scenario is adding an entry."""
