"""Who belongs together: by CODEOWNERS, by a person's own file, or by what they work on."""
