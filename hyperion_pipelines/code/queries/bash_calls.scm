; Functions of a shell declare no parameters; words that are split hide how many there are.
((command name: (command_name (word) @name @uncounted)) (#match? @name "^[\\w:-]+$"))
