"""Ruby imports: features, and the files that a load path gives them."""

from import_views import edges, statements


def test_what_is_relative_to_the_file_says_so() -> None:
    source = """\
require "json"
require_relative '../b'
autoload :X, "c/x"
load("d.rb")
require "a#{x}"
other "no"
"""
    assert statements("Ruby", source) == [
        ("json", [], 1),
        ("require_relative ../b", [], 2),
        ("c/x", [], 3),
        ("d.rb", [], 4),
    ]


def test_features_are_found_relative_to_the_file_or_on_the_load_path() -> None:
    files = {
        "lib/gem/base.rb": "require_relative 'part'\r\nrequire 'gem/version'\r\nrequire 'set'\r\n",
        "lib/gem/part.rb": "",
        "lib/gem/version.rb": "",
        "docs/set.rb": "",
        "app/models/user.rb": "require 'concerns/named'",
        "app/models/concerns/named.rb": "",
        "spec/base_spec.rb": "require 'spec_helper'\nrequire_relative '../../outside'",
        "spec/spec_helper.rb": "load 'tasks.rb'",
        "tasks.rb": "",
    }
    assert edges(files) == {
        ("lib/gem/base.rb", "require_relative part"): ["lib/gem/part.rb"],
        ("lib/gem/base.rb", "gem/version"): ["lib/gem/version.rb"],
        ("lib/gem/base.rb", "set"): [None],
        ("app/models/user.rb", "concerns/named"): ["app/models/concerns/named.rb"],
        ("spec/base_spec.rb", "spec_helper"): ["spec/spec_helper.rb"],
        ("spec/base_spec.rb", "require_relative ../../outside"): [None],
        ("spec/spec_helper.rb", "tasks.rb"): ["tasks.rb"],
    }


def test_each_gem_of_a_repository_finds_its_own_lib_first() -> None:
    files = {
        "one/lib/version.rb": "",
        "two/lib/version.rb": "",
        "two/lib/two.rb": "require 'version'",
    }
    assert edges(files) == {("two/lib/two.rb", "version"): ["two/lib/version.rb"]}
