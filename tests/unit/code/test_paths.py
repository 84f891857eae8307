"""Which paths are tests, generated, vendored or documentation, by convention and by override."""

import time
from pathlib import Path

import polars as pl
import pytest

from hyperion_pipelines.code.paths import PathFilters, read_filters
from hyperion_pipelines.errors import ConfigurationError

SOURCE = """
src/main/java/org/shop/Cart.java
src/main/java/org/shop/fault/ProcessStopFaultSpec.java
src/main/java/org/shop/Contest.java
src/main/java/org/shop/AUDIT.java
shop/cart.py
shop/testing/assertions.py
shop/latest.py
shop/attest_key.py
shop/contest.py
cmd/server/main.go
internal/latest/latest.go
src/lib.rs
src/parser.c
include/protest.h
lib/cart.rb
lib/inspector.rb
web/src/index.ts
web/src/spectrum.tsx
web/src/reactor.js
web/src/minimum.js
src/Cart.php
Sources/Shop/Cart.swift
Shop/Latest.cs
templates/support.html
scripts/install
src/distance.py
src/distribution/beta.c
src/depsolver.c
src/vendor_payments.py
src/generated_at.py
src/pb.go
Makefile
CMakeLists.txt
pyproject.toml
Dockerfile
.github/workflows/ci.yml
releases/v1.2
lib/libshop.so.1
"""

TEST = """
src/test/java/org/shop/CartTest.java
src/test/resources/orders.json
src/integrationTest/kotlin/ShopFlow.kt
src/testFixtures/java/org/shop/Carts.java
src/androidTest/java/org/shop/Screen.java
core/CartTests.java
core/TestCart.java
core/CartIT.java
core/CartSpec.scala
core/CartSpec.kt
Shop.Tests/CartTests.cs
Shop.IntegrationTests/Fixture.cs
Shop/CartTest.cs
ShopUITests/Screen.swift
tests/unit/conftest.py
test_cart.py
shop/test_cart.py
shop/cart_test.py
shop/tests.py
shop/conftest.py
web/src/cart.spec.ts
web/src/cart.test.tsx
web/src/cart-spec.js
web/src/Cart.test.vue
web/src/cart.cy.js
web/src/__tests__/cart.js
web/src/__mocks__/bank.ts
cypress/support/commands.js
e2e/checkout.ts
pkg/cart/cart_test.go
pkg/cart/testdata/order.json
tests/checkout.rs
src/cart_test.rs
src/cart/tests.rs
unittest/cart.cc
src/cart_test.cc
src/cart_unittest.cc
src/test_cart.c
src/cart-test.cpp
src/CartTest.cpp
spec/models/cart_spec.rb
lib/cart_spec.rb
test/cart_test.exs
test/test_cart.rb
tests/CartTest.php
tests/CheckoutCest.php
t/basic.t
tests/unit/type/hash.tcl
Tests/ShopTests/CartTests.swift
test/run.bats
integration-tests/run.sh
fixtures/orders.yml
"""

GENERATED = """
web/assets/app.min.js
web/assets/app-min.css
web/assets/app.js.map
web/app.bundle.js
api/shop_pb2.py
api/shop_pb2_grpc.py
api/shop_pb2.pyi
api/shop.pb.go
api/shop.pb.gw.go
api/shop.pb.cc
api/shop.pb.h
api/shop_grpc_pb.js
api/shop_pb.d.ts
gen-java/org/shop/Cart.java
api/order_generated.h
models/order.generated.ts
models/Order.g.cs
lib/order.g.dart
lib/order.gen.go
src/__generated__/schema.ts
src/generated/client.py
pkg/mocks/mock_bank.go
pkg/color_string.go
pkg/zz_generated.deepcopy.go
pkg/bindata.go
Forms/Main.Designer.cs
App.xcodeproj/project.pbxproj
parser/y.tab.c
parser/lex.yy.c
parser/shop.tab.h
configure
package-lock.json
yarn.lock
pnpm-lock.yaml
poetry.lock
uv.lock
Cargo.lock
go.sum
Gemfile.lock
composer.lock
dist/shop.js
packages/ui/dist/index.js
shop.egg-info/PKG-INFO
"""

VENDORED = """
vendor/github.com/pkg/errors/errors.go
shop/_vendor/six.py
web/node_modules/left/index.js
web/bower_components/chart/chart.js
third_party/zlib/inflate.c
third-party/zlib/inflate.c
ThirdParty/zlib/inflate.c
3rdparty/zlib/inflate.c
src/extern/json.hpp
external/json/json.hpp
deps/lua/src/lobject.c
Pods/Bank/Bank.m
Godeps/_workspace/src/pay/pay.go
.yarn/releases/yarn-3.cjs
gradlew
gradlew.bat
mvnw
gradle/wrapper/gradle-wrapper.properties
versioneer.py
web/js/jquery.js
web/js/jquery-3.6.0.js
web/css/bootstrap.css
src/sqlite3.c
lib/python3.11/site-packages/six.py
"""

DOCUMENTATION = """
docs/index.html
docs/conf.py
doc/source/user.rst
Documentation/process/howto.txt
man/shop.1
shop.8
README
README.md
readme.txt
Readme.rst
ReadMe.txt
CHANGELOG
CHANGELOG.md
ChangeLog
CHANGES.rst
HISTORY.md
LICENSE
LICENSE-MIT
LICENSE.txt
COPYING
NOTICE
AUTHORS
CONTRIBUTING.md
CODE_OF_CONDUCT.md
SECURITY.md
INSTALL
TODO
guides/getting-started.md
guides/setup.adoc
shop/notes.mdx
examples/tour.ipynb
"""

BOTH = {
    "deps/lua/test/fib.lua": {"test", "vendored"},
    "vendor/lib/lib.min.js": {"vendored", "generated"},
    "web/js/jquery-3.6.0.min.js": {"vendored", "generated"},
    "deps/lua/README": {"vendored", "documentation"},
    "tests/README.md": {"test", "documentation"},
    "src/__snapshots__/cart.test.tsx.snap": {"test", "generated"},
    "tests/cassettes/bank.yaml": {"test", "generated"},
    "tests/odd\nname.py": {"test"},
    "docs/odd\nname": {"documentation"},
}

EXPECTED: dict[str, set[str]] = {
    **{path: set[str]() for path in SOURCE.split()},
    **{path: {"test"} for path in TEST.split()},
    **{path: {"generated"} for path in GENERATED.split()},
    **{path: {"vendored"} for path in VENDORED.split()},
    **{path: {"documentation"} for path in DOCUMENTATION.split()},
    **BOTH,
}


def groups_of(filters: PathFilters, paths: list[str]) -> dict[str, set[str]]:
    frame = pl.DataFrame({"path": paths}).with_columns(filters.columns(pl.col("path")))
    return {
        row["path"]: {name.removeprefix("is_") for name, value in row.items() if value is True}
        for row in frame.iter_rows(named=True)
    }


DEFAULT_GROUPS = groups_of(read_filters(), list(EXPECTED))


@pytest.mark.parametrize("path", EXPECTED)
def test_default_filters_follow_the_conventions_of_each_language(path: str) -> None:
    assert DEFAULT_GROUPS[path] == EXPECTED[path]


def test_the_columns_are_booleans_without_nulls() -> None:
    frame = pl.select(read_filters().columns(pl.lit("a.py")))
    assert frame.schema == dict.fromkeys(
        ["is_test", "is_generated", "is_vendored", "is_documentation"], pl.Boolean
    )
    assert frame.null_count().sum_horizontal().item() == 0


def test_a_hundred_thousand_paths_take_well_under_a_second() -> None:
    frame = pl.DataFrame(
        {"path": [f"{n}/{path}" for path in EXPECTED for n in range(600)][:100000]}
    )
    started = time.perf_counter()
    frame.with_columns(read_filters().columns(pl.col("path")))
    assert time.perf_counter() - started < 1


def overridden(tmp_path: Path, text: str) -> PathFilters:
    file = tmp_path / "filters.yaml"
    file.write_text(text)
    return read_filters(file)


def test_an_override_adds_and_removes_patterns_of_a_group(tmp_path: Path) -> None:
    filters = overridden(
        tmp_path,
        "vendored: {add: ['^legacy/']}\ntest: {remove: ['_test\\.go$']}\n",
    )
    assert groups_of(filters, ["legacy/a.c", "vendor/a.c", "a_test.go", "test_a.py"]) == {
        "legacy/a.c": {"vendored"},
        "vendor/a.c": {"vendored"},
        "a_test.go": set(),
        "test_a.py": {"test"},
    }


def test_an_override_replaces_a_group_and_leaves_the_others(tmp_path: Path) -> None:
    filters = overridden(tmp_path, "test: {replace: ['^checks/']}")
    assert groups_of(filters, ["checks/a.py", "tests/a.py", "README"]) == {
        "checks/a.py": {"test"},
        "tests/a.py": set(),
        "README": {"documentation"},
    }


def test_a_group_replaced_by_nothing_matches_nothing(tmp_path: Path) -> None:
    filters = overridden(tmp_path, "documentation: {replace: []}")
    assert groups_of(filters, ["README.md"]) == {"README.md": set()}


def test_an_empty_override_changes_nothing(tmp_path: Path) -> None:
    assert overridden(tmp_path, "") == read_filters()


@pytest.mark.parametrize(
    ("text", "key", "remedy"),
    [
        ("tests: {add: ['^checks/']}", "tests", "test, generated, vendored, documentation"),
        ("test: {append: ['^checks/']}", "test.append", "keys it may have"),
        ("test: {add: '^checks/'}", "test.add", "tuple"),
        ("test: {add: [7]}", "test.add.0", "string"),
        ("test: {add: ['(?=look)']}", "test.add", "no look-around"),
        ("vendored: {replace: ['(']}", "vendored.replace", "correct the pattern"),
        ("test: {remove: ['^nowhere/']}", "test.remove", "copy it from"),
        ("test: {replace: [], add: ['a']}", "test.replace", "move what `add` says"),
        ("- test", "top level", "keys it may have"),
        ("test: [", "not YAML", "correct it"),
    ],
)
def test_a_wrong_override_is_refused_with_file_key_and_remedy(
    tmp_path: Path, text: str, key: str, remedy: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        overridden(tmp_path, text)
    message = str(caught.value)
    assert str(tmp_path / "filters.yaml") in message
    assert key in message
    assert remedy in message


def test_an_override_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_filters(tmp_path / "absent.yaml")
