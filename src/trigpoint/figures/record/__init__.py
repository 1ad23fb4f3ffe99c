"""What is on record of conferences, of who belongs to them, and of what others reported: facts with a source for each.

The files beside this module are data. Where sources disagree, all of them are kept; none is corrected.
"""
