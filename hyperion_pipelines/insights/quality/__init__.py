"""What breaks: risky commits and files, defects, and how long it takes to mend them."""
