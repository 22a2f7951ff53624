"""Where a student begins: copies of the lessons, a page that says how far one is, JupyterLab.

``python -m cnncourse.start`` does it all; ``make lab`` runs that.
"""
