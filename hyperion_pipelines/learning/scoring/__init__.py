"""What the models say of one repository's commits and files, and why, in words."""
