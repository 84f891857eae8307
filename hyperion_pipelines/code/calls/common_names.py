"""Names that libraries give to functions and methods too: such a name alone tells nothing.

Compared in lower case without underscores, so that one list serves all languages.
"""

import polars as pl

_COMMON = frozenset(
    """
    abs accept acquire add addall all any append apply arg args as asjson assert asstring at await
    begin bind body bool build bytes call cancel catch ceil charat clear clone close code collect
    compare compareto compile complete concat config connect contains containskey context copy count
    create cwd data date debug decode deinit delete describe dir disable dispatch display distinct
    do done dump dumps each emit empty enable encode end endswith entries entry equal equals err
    error eval every exec execute exists exit expect extend fail fatal fetch field file filter
    finally find findall first flatmap flatten flush fn for foreach format from fromkeys full get
    getattr getattribute getclass getdefault getitem getkey getmessage getname getorelse getvalue
    group handle has hasattr hashcode hasnext head header headers id import includes index indexof
    info init initialize insert instance int intersection into invoke is isempty isinstance isset
    issubset it item items iter iterator join json key keys kill last len length let line lines list
    listen load loads lock log lower main make map match matches max merge message method min mkdir
    mode name new next notify now of off offer ok on once open option options or parse path peek
    ping poll pop post print printf println process project push put puts query raise range raw read
    readall readline readlines readstring receive recv reduce register reject release remove
    removeall rename render repeat replace request reset resolve response rest result resume retain
    return reverse round run save scan search seek select send set setattr setdefault setitem
    setname setup setvalue shift show shutdown size skip sleep slice some sort sorted splice split
    start startswith stat state status stop str stream string stringify strip sub submit subscribe
    substring success sum super symbol sync tag tail take teardown tell test text then throw time
    title to toarray toint tolist tolowercase tostring touppercase trim truncate try type union
    unique unlock unwrap update upper uri url use validate value valueof values verify version visit
    wait walk warn warning where with without wrap write writeheader writeline writelines
    writestring yield zip
    """.split()  # noqa: SIM905  # a list of so many short words reads best as text
)


def is_common(name: str) -> pl.Expr:
    """Whether the column *name* holds such a name, or one that the language itself calls."""
    folded = pl.col(name).str.replace_all("_", "").str.to_lowercase()
    return folded.is_in(sorted(_COMMON)) | pl.col(name).str.starts_with("__")
