"""Java, Kotlin and Scala imports: qualified names, and the files that declare them."""

from import_views import edges, statements


def test_java_names_are_extracted_static_or_not() -> None:
    source = "package a;\r\nimport a.b.C;\r\nimport static a.b.C.m;\r\nimport a.b.*;\r\n"
    assert statements("Java", source) == [("a.b.C", [], 2), ("a.b.C.m", [], 3), ("a.b.*", [], 4)]


def test_kotlin_aliases_keep_the_name_they_stand_for() -> None:
    source = "package a\nimport a.b.C\nimport a.b.*\nimport a.b.C as D\n"
    assert statements("Kotlin", source) == [("a.b.C", [], 2), ("a.b.*", [], 3), ("a.b.C", [], 4)]


def test_scala_selectors_are_expanded() -> None:
    source = """\
import a.b.C
import a.b.{C, D => E, _}
import a.b._, c.d
class X { import a.b.* }
import a.b as c
"""
    assert statements("Scala", source) == [
        ("a.b.C", [], 1),
        ("a.b.C", [], 2),
        ("a.b.D", [], 2),
        ("a.b.*", [], 2),
        ("a.b.*", [], 3),
        ("c.d", [], 3),
        ("a.b.*", [], 4),
        ("a.b", [], 5),
    ]


def test_java_classes_are_found_below_any_source_root() -> None:
    """A nested class or a static member leads to the file of its class."""
    files = {
        "core/src/main/java/a/b/C.java": "",
        "app/src/X.java": """
import a.b.C;
import a.b.C.D;
import static a.b.C.m;
import java.util.List;
""",
    }
    target = ["core/src/main/java/a/b/C.java"]
    assert edges(files) == {
        ("app/src/X.java", "a.b.C"): target,
        ("app/src/X.java", "a.b.C.D"): target,
        ("app/src/X.java", "a.b.C.m"): target,
        ("app/src/X.java", "java.util.List"): [None],
    }


def test_the_nearest_of_several_classes_of_one_name_is_taken() -> None:
    files = {
        "v1/src/a/C.java": "",
        "v2/src/a/C.java": "",
        "v2/src/b/X.java": "import a.C;",
    }
    assert edges(files) == {("v2/src/b/X.java", "a.C"): ["v2/src/a/C.java"]}


def test_a_wildcard_depends_on_every_file_of_its_package() -> None:
    """Those among tests are seen by tests alone."""
    files = {
        "m/src/main/java/a/b/C.java": "",
        "m/src/main/java/a/b/D.java": "",
        "m/src/main/java/a/b/inner/E.java": "",
        "m/src/test/java/a/b/T.java": "",
        "n/src/main/java/X.java": "import a.b.*;",
        "n/src/test/java/Y.java": "import a.b.*; import static a.b.C.*;",
    }
    main = ["m/src/main/java/a/b/C.java", "m/src/main/java/a/b/D.java"]
    assert edges(files) == {
        ("n/src/main/java/X.java", "a.b.*"): main,
        ("n/src/test/java/Y.java", "a.b.*"): [*main, "m/src/test/java/a/b/T.java"],
        ("n/src/test/java/Y.java", "a.b.C.*"): main[:1],
    }


def test_a_wildcard_of_a_vast_package_says_nothing() -> None:
    files = {f"a/b/C{number}.java": "" for number in range(101)} | {"X.java": "import a.b.*;"}
    assert edges(files) == {("X.java", "a.b.*"): [None]}


def test_kotlin_files_are_known_by_what_they_declare() -> None:
    """Neither the directory nor the file's name need say what Kotlin's package line does."""
    files = {
        "lib/src/Strings.kt": """\
@file:JvmName("S")
package com.acme.text

internal fun <T> List<T>.second(): T = this[1]
sealed class Token {
    class Inner
}
const val LIMIT = 3
fun interface Reader
""",
        "app/Main.kt": """\
import com.acme.text.second
import com.acme.text.Token.Inner
import com.acme.text.LIMIT
import com.acme.text.Reader
import com.acme.text.*
import com.acme.text.Inner
""",
    }
    target = ["lib/src/Strings.kt"]
    assert edges(files) == {
        ("app/Main.kt", "com.acme.text.second"): target,
        ("app/Main.kt", "com.acme.text.Token.Inner"): target,
        ("app/Main.kt", "com.acme.text.LIMIT"): target,
        ("app/Main.kt", "com.acme.text.Reader"): target,
        ("app/Main.kt", "com.acme.text.*"): target,
        ("app/Main.kt", "com.acme.text.Inner"): [None],
    }


def test_a_package_line_inside_a_text_is_no_package() -> None:
    files = {
        "T.kt": 'package a\nval TEMPLATE = """\npackage b\n"""',
        "X.kt": "import a.TEMPLATE\nimport b.TEMPLATE",
    }
    assert edges(files) == {("X.kt", "a.TEMPLATE"): ["T.kt"], ("X.kt", "b.TEMPLATE"): [None]}


def test_packages_nested_line_by_line_are_one() -> None:
    files = {
        "T.scala": "package a.b\npackage c\n\ntrait T\npackage object inside",
        "X.scala": "import a.b.c.T\nimport a.b.c.inside",
    }
    assert edges(files) == {
        ("X.scala", "a.b.c.T"): ["T.scala"],
        ("X.scala", "a.b.c.inside"): ["T.scala"],
    }


def test_scala_java_and_kotlin_see_each_other() -> None:
    files = {
        "src/main/scala/a/Things.scala": "package a\r\n\r\ncase class Thing()\r\nobject Other\r\n",
        "src/main/java/b/J.java": "import a.Thing;",
        "src/main/kotlin/K.kt": "package c\nimport b.J\nclass K",
        "src/main/scala/S.scala": "import b.J\nimport c.{K, Missing}",
    }
    assert edges(files) == {
        ("src/main/java/b/J.java", "a.Thing"): ["src/main/scala/a/Things.scala"],
        ("src/main/kotlin/K.kt", "b.J"): ["src/main/java/b/J.java"],
        ("src/main/scala/S.scala", "b.J"): ["src/main/java/b/J.java"],
        ("src/main/scala/S.scala", "c.K"): ["src/main/kotlin/K.kt"],
        ("src/main/scala/S.scala", "c.Missing"): [None],
    }
