"""Rust imports: use trees, and the files of the modules that they lead through."""

import pytest
from import_views import edges, statements


def test_use_trees_are_expanded() -> None:
    source = """\
use a::b::{self, C as D, e::{F, G}, h::*};
pub use crate::x;
use ::ext::{y};
use r#type::z;
extern crate foo;
"""
    assert statements("Rust", source) == [
        ("a::b", [], 1),
        ("a::b::C", [], 1),
        ("a::b::e::F", [], 1),
        ("a::b::e::G", [], 1),
        ("a::b::h::*", [], 1),
        ("crate::x", [], 2),
        ("ext::y", [], 3),
        ("type::z", [], 4),
        ("foo", [], 5),
    ]


def test_paths_inside_inline_modules_are_given_as_the_file_would_write_them() -> None:
    source = """\
mod tests {
    use super::*;
    use super::super::q;
    use self::inner::I;
    mod inner;
    mod deep { use super::super::x; use std::fmt; }
}
"""
    assert statements("Rust", source) == [
        ("self::*", [], 2),
        ("super::q", [], 3),
        ("self::tests::inner::I", [], 4),
        ("mod tests::inner", [], 5),
        ("self::x", [], 6),
        ("std::fmt", [], 6),
    ]


def test_modules_in_files_of_their_own_are_found_beside_or_below() -> None:
    files = {
        "src/lib.rs": 'mod a;\r\nmod b;\r\n#[path = "odd place.rs"]\r\npub mod c;\r\nmod gone;\r\n',
        "src/a.rs": "mod inner;",
        "src/a/inner.rs": "",
        "src/b/mod.rs": "mod inner;",
        "src/b/inner.rs": "",
        "src/odd place.rs": "",
    }
    assert edges(files) == {
        ("src/lib.rs", "mod a"): ["src/a.rs"],
        ("src/lib.rs", "mod b"): ["src/b/mod.rs"],
        ("src/lib.rs", 'mod "odd place.rs"'): ["src/odd place.rs"],
        ("src/lib.rs", "mod gone"): [None],
        ("src/a.rs", "mod inner"): ["src/a/inner.rs"],
        ("src/b/mod.rs", "mod inner"): ["src/b/inner.rs"],
    }


def test_paths_lead_to_the_innermost_module_that_is_a_file() -> None:
    files = {
        "src/main.rs": "",
        "src/a.rs": "use crate::b::c::Type; use crate::Root; use self::own::X; use super::b::f;",
        "src/a/own.rs": "use super::Thing; use super::super::b; use crate::a::own::Y;",
        "src/b/mod.rs": "use c::Type; use std::fmt;",
        "src/b/c.rs": "",
    }
    assert edges(files) == {
        ("src/a.rs", "crate::b::c::Type"): ["src/b/c.rs"],
        ("src/a.rs", "crate::Root"): ["src/main.rs"],
        ("src/a.rs", "self::own::X"): ["src/a/own.rs"],
        ("src/a.rs", "super::b::f"): ["src/b/mod.rs"],
        ("src/a/own.rs", "super::Thing"): ["src/a.rs"],
        ("src/a/own.rs", "super::super::b"): ["src/b/mod.rs"],
        ("src/b/mod.rs", "c::Type"): ["src/b/c.rs"],
        ("src/b/mod.rs", "std::fmt"): [None],
    }


def test_crates_of_the_workspace_are_found_by_name() -> None:
    files = {
        "Cargo.toml": '[workspace]\nmembers = ["crates/*"]\n',
        "crates/my-core/Cargo.toml": '[package]\nname = "my-core"\n',
        "crates/my-core/src/lib.rs": "",
        "crates/my-core/src/part.rs": "",
        "crates/named/Cargo.toml": '[package]\nname = "n"\n[lib]\nname = "other"\npath = "l.rs"',
        "crates/named/l.rs": "",
        "crates/named/sub.rs": "use crate::Thing;",
        "crates/app/Cargo.toml": '[package]\nname = "app"\n',
        "crates/app/src/main.rs": "use my_core::{part::P, Q}; use other::R; use serde::S;",
        "crates/app/tests/it.rs": "mod common; use crate::common::setup;",
        "crates/app/tests/common/mod.rs": "",
    }
    assert edges(files) == {
        ("crates/named/sub.rs", "crate::Thing"): ["crates/named/l.rs"],
        ("crates/app/src/main.rs", "my_core::part::P"): ["crates/my-core/src/part.rs"],
        ("crates/app/src/main.rs", "my_core::Q"): ["crates/my-core/src/lib.rs"],
        ("crates/app/src/main.rs", "other::R"): ["crates/named/l.rs"],
        ("crates/app/src/main.rs", "serde::S"): [None],
        ("crates/app/tests/it.rs", "mod common"): ["crates/app/tests/common/mod.rs"],
        ("crates/app/tests/it.rs", "crate::common::setup"): ["crates/app/tests/common/mod.rs"],
    }


@pytest.mark.parametrize("content", ["[package", '[package]\nname = ["a"]'])
def test_a_malformed_manifest_is_logged_and_treated_as_absent(
    caplog: pytest.LogCaptureFixture, content: str
) -> None:
    files = {"Cargo.toml": content, "src/lib.rs": "mod a;", "src/a.rs": ""}
    assert edges(files) == {("src/lib.rs", "mod a"): ["src/a.rs"]}
    assert "Cargo.toml is malformed" in caplog.text
