"""Renders profiles for people: a page, Markdown, a comparison of several repositories.

What is said comes from the profile (`insights.profile`); nothing is computed from tables here but
the rectangles of the page's map of files (`page_data`).
"""
