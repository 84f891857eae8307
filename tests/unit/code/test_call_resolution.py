"""Which function a call means, as far as names tell: each rule by a small case made by hand."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from hyperion_pipelines.code.calls import resolve_calls
from hyperion_pipelines.schemas import CALLS
from tests.unit.code.calling_files import Call, File, Import, meant, resolve, tables


def test_own_receiver_means_the_method_of_the_class_around_the_call() -> None:
    shop = File("shop.py", ["Cart.add", "Cart.total", "Shelf.add"], calls=[
        Call("self.add", "Cart.total"),
        Call("self.add", "Cart.total.each", line=51),
        Call("self.add", line=52),
    ])  # fmt: skip
    assert meant(shop) == ["shop.py Cart.add", "shop.py Cart.add", None]


def test_own_class_may_lie_in_another_file_of_the_folder() -> None:
    cart = File("shop/cart.cs", ["Cart.Total"], calls=[Call("this.Add", "Cart.Total")])
    assert meant(cart, File("shop/cart.items.cs", ["Cart.Add"])) == ["shop/cart.items.cs Cart.Add"]


def test_modules_of_one_name_in_two_files_of_rust_do_not_see_each_other() -> None:
    walk = File("src/walk.rs", ["tests.symlink"])
    other = File("src/other.rs", ["tests.run"], calls=[Call("symlink", "tests.run")])
    assert meant(walk, other) == [None]


def test_own_receiver_may_mean_an_inherited_method() -> None:
    base = File("base.py", ["Base.register_hook"])
    imports = [Import("base", "base.py", ["Base"])]
    calls = [Call("self.register_hook", "Child.run"), Call("super().prepare_all", "Child.run")]
    assert meant(base, File("child.py", ["Child.run"], imports, calls)) == [
        None,
        "base.py Base.register_hook",
    ]


def test_call_of_the_parent_never_means_the_caller_itself() -> None:
    calls = [Call("super().prepare_all", "Child.prepare_all")]
    assert meant(File("child.py", ["Child.prepare_all"], calls=calls)) == [None]


def test_plain_name_means_the_innermost_function_around_the_call() -> None:
    calls = [Call("check", "outer"), Call("check", "other", line=51)]
    file = File("a.py", ["check", "outer", "outer.check", "other"], calls=calls)
    assert meant(file) == ["a.py outer.check", "a.py check"]


@pytest.mark.parametrize(("path", "found"), [("a.py", None), ("A.java", "A.java Cart.check")])
def test_plain_name_means_a_method_only_where_self_is_implied(path: str, found: str | None) -> None:
    file = File(path, ["Cart.check", "Cart.total"], calls=[Call("check", "Cart.total")])
    assert meant(file) == [found]


def test_imported_name_means_the_function_of_that_file() -> None:
    maths = File("lib/maths.py", ["area"])
    other = File("lib/other.py", ["area"])
    imports = [Import("lib.maths", "lib/maths.py", ["area"])]
    user = File("user.py", imports=imports, calls=[Call("area")])
    assert meant(maths, other, user) == ["lib/maths.py area"]


def test_imported_name_is_followed_through_the_package_that_passes_it_on() -> None:
    maths = File("lib/maths.py", ["Circle.__init__"])
    package = File("lib/__init__.py", imports=[Import(".maths", "lib/maths.py", ["Circle"])])
    imports = [Import("lib", "lib/__init__.py")]
    user = File("user.py", imports=imports, calls=[Call("lib.Circle")])
    assert meant(maths, package, user) == ["lib/maths.py Circle.__init__"]


def test_importing_everything_binds_every_name() -> None:
    imports = [Import("lib", "lib.py", ["*"])]
    user = File("user.py", imports=imports, calls=[Call("area")])
    assert meant(File("lib.py", ["area"]), user) == ["lib.py area"]


def test_plain_name_that_python_neither_defines_nor_imports_means_nothing() -> None:
    """It is a parameter, or a variable: pytest's fixtures are called like that."""
    calls = [Call("server_address", "test_it")]
    user = File("test_it.py", ["test_it"], calls=calls, is_test=True)
    assert meant(File("conftest.py", ["server_address"], is_test=True), user) == [None]


def test_module_means_its_function() -> None:
    imports = [Import("lib", "lib/maths.py", ["maths"])]
    user = File("user.py", imports=imports, calls=[Call("maths.area")])
    assert meant(File("lib/maths.py", ["area"]), user) == ["lib/maths.py area"]


@pytest.mark.parametrize(
    ("path", "constructor"),
    [
        ("a.py", "Cart.__init__"),
        ("a.js", "Cart.constructor"),
        ("A.java", "Cart.Cart"),
        ("a.php", "Cart.__construct"),
    ],
)
def test_class_is_called_by_its_name(path: str, constructor: str) -> None:
    file = File(path, ["main", constructor], calls=[Call("Cart", "main")])
    assert meant(file) == [f"{path} {constructor}"]


def test_method_called_like_a_constructor_elsewhere_is_none_in_java() -> None:
    loader = File("Loader.java", ["Loader.init"], calls=[Call("Loader")])
    assert meant(loader) == [None]


def test_class_of_ruby_makes_objects_by_new() -> None:
    calls = [Call("Cart.new", arguments=1)]
    assert meant(File("a.rb", ["Shop.Cart.initialize/1"], calls=calls)) == [
        "a.rb Shop.Cart.initialize"
    ]


def test_nested_class_is_called_by_the_name_of_the_one_around_it() -> None:
    cart = File("a/Cart.java", ["Cart.Builder.Builder"])
    imports = [Import("a.Cart", "a/Cart.java")]
    shop = File("b/Shop.java", imports=imports, calls=[Call("Cart.Builder")])
    shelf = File("a/Shelf.java", ["Shelf.Builder.Builder"])
    assert meant(cart, shelf, shop) == ["a/Cart.java Cart.Builder.Builder"]


def test_import_of_java_binds_the_last_of_its_names() -> None:
    carts = [File(f"{folder}/Cart.java", ["Cart.Cart", "Cart.of"]) for folder in "ab"]
    imports = [Import("shop.b.Cart", "b/Cart.java")]
    user = File("c/C.java", imports=imports, calls=[Call("Cart"), Call("Cart.of", line=51)])
    assert meant(*carts, user) == ["b/Cart.java Cart.Cart", "b/Cart.java Cart.of"]


def test_static_import_of_java_binds_the_method() -> None:
    library = [File(f"{folder}/Maths.java", ["Maths.area"]) for folder in "ab"]
    imports = [Import("shop.b.Maths.area", "b/Maths.java")]
    assert meant(*library, File("c/C.java", imports=imports, calls=[Call("area")])) == [
        "b/Maths.java Maths.area"
    ]


def test_class_before_the_name_says_whose_method_it_is() -> None:
    here = File("a.php", ["Cart.open_all", "Shelf.open_all"], calls=[Call("Shelf.open_all")])
    assert meant(here) == ["a.php Shelf.open_all"]


def test_import_says_which_of_the_classes_of_a_name_is_meant() -> None:
    classes = [File(path, ["Shelf.get"]) for path in ("a/Shelf.php", "b/Shelf.php")]
    imports = [Import("B\\Shelf", "b/Shelf.php")]
    calls = [Call("Shelf.get")]
    assert meant(*classes, File("c.php", imports=imports, calls=calls)) == ["b/Shelf.php Shelf.get"]
    assert meant(*classes, File("c.php", calls=calls)) == [None]


def test_class_may_be_known_by_its_exact_name_where_a_like_one_exists() -> None:
    library = File("a.rb", ["UserSession.open_all", "Usersession.open_all"])
    calls = [Call("UserSession.open_all"), Call("user_session.open_all", line=51)]
    assert meant(library, File("b/b.rb", calls=calls)) == ["a.rb UserSession.open_all", None]


def test_receiver_may_be_named_after_its_class() -> None:
    library = File("a.py", ["UserSession.get", "Cart.get"])
    calls = [Call("self.user_session.get"), Call("get.get", line=51)]
    assert meant(library, File("b.py", calls=calls)) == ["a.py UserSession.get", None]


def test_receiver_that_names_another_class_is_not_merely_alike() -> None:
    library = File("Uuid.java", ["Uuid.fromText"])
    user = File("b/B.java", calls=[Call("UUID.fromText"), Call("uuid.fromText", line=51)])
    assert meant(library, user) == [None, "Uuid.java Uuid.fromText"]


def test_what_a_call_returns_may_be_named_after_its_class() -> None:
    library = File("a/Session.java", ["Session.close", "Cart.close"])
    calls = [Call("openSession().close"), Call("open().close", line=51)]
    assert meant(library, File("b/B.java", calls=calls)) == ["a/Session.java Session.close", None]


def test_longer_name_of_a_class_does_not_mean_the_one_in_the_file() -> None:
    calls = [Call("scheduler.Handle.current", "main"), Call("self.Handle.current", "main", line=51)]
    file = File("handle.rs", ["Handle.current", "main"], calls=calls)
    other = File("scheduler.rs", ["Handle.current"])
    assert meant(file, other) == [None, "handle.rs Handle.current"]


def test_object_of_javascript_is_no_class() -> None:
    library = File("lib/a.js", ["app.mount_all", "App.mount_all"])
    calls = [Call("app.mount_all"), Call("other.mount_all", line=51)]
    assert meant(library, File("lib/b.js", calls=calls)) == ["lib/a.js App.mount_all", None]


def test_property_of_javascript_is_not_the_module_of_its_name() -> None:
    imports = [Import("./effect", "effect.js", ["effect"])]
    calls = [Call("effect.stop"), Call("e.effect.stop", line=51)]
    assert meant(File("effect.js", ["stop"]), File("a.js", imports=imports, calls=calls)) == [
        "effect.js stop",
        None,
    ]


def test_method_of_an_object_of_javascript_is_not_called_with_more_than_it_takes() -> None:
    calls = [Call("render", "mount", 2), Call("render", "mount", 1, line=51)]
    file = File("a.js", ["mount", "mount.render/1"], calls=calls)
    assert meant(file) == [None, "a.js mount.render"]


def test_files_of_a_package_see_each_other() -> None:
    calls = [Call("parse", arguments=1)]
    files = [File("pkg/b.go", calls=calls), File("pkg/a.go", ["parse/1"])]
    assert meant(*files, File("other/a.go", ["parse/1"])) == ["pkg/a.go parse"]


def test_receiver_in_go_is_mostly_that_of_the_method_around_the_call() -> None:
    file = File("a.go", ["Engine.Get", "Context.Get", "Engine.Run"], calls=[
        Call("engine.Get", "Engine.Run"),
        Call("e.Get", "Engine.Run", line=51),
        Call("e.Get", "Engine.Get", line=52),
    ])  # fmt: skip
    assert meant(file) == ["a.go Engine.Get", "a.go Engine.Get", None]


def test_elsewhere_another_object_need_not_be_of_the_class_around_the_call() -> None:
    functions = ["Composite.repository_name", "Single.repository_name", "Composite.add_one"]
    calls = [Call("single_one.repository_name", "Composite.add_one")]
    assert meant(File("a.py", functions, calls=calls)) == [None]


def test_included_header_leads_to_the_source_beside_it() -> None:
    imports = [Import('"list.h"', "src/list.h")]
    user = File("src/main.c", imports=imports, calls=[Call("push"), Call("inlined", line=51)])
    files = [File("src/list.h", ["inlined"]), File("src/list.c", ["push"])]
    assert meant(*files, File("deps/list.c", ["push"]), user) == [
        "src/list.c push",
        "src/list.h inlined",
    ]


def test_required_file_may_be_taken_apart() -> None:
    imports = [Import("./lib", "lib.js")]
    user = File("user.js", imports=imports, calls=[Call("compile")])
    assert meant(File("lib.js", ["exports.compile"]), user) == ["lib.js exports.compile"]


def test_only_function_of_a_name_is_meant_where_names_are_global() -> None:
    user = File("b/b.c", calls=[Call("dictFind"), Call("shared", line=51), Call("close", line=52)])
    files = [File("a.c", ["dictFind", "shared", "close"]), File("c.c", ["shared"])]
    assert meant(*files, user) == ["a.c dictFind", None, None]


def test_function_of_another_script_of_ruby_is_not_meant() -> None:
    user = File("spec/a.rb", calls=[Call("namespace_all")])
    assert meant(File("spec/b.rb", ["namespace_all"]), user) == [None]


def test_variants_of_a_function_in_one_file_are_told_apart_by_their_arguments() -> None:
    library = File("a.c", ["rss", "rss", "dial/1", "dial/2"])
    calls = [Call("rss"), Call("dial", arguments=2, line=51)]
    found = resolve(library, File("b.c", calls=calls))
    assert found["to_line"].to_list() == [1, 31]


def test_only_method_of_a_name_is_meant_if_it_lies_in_reach() -> None:
    library = File("lib/session.py", ["Session.mount_all"])
    imports = [Import("lib", "lib/session.py", ["Session"])]
    near = File("near/a.py", imports=imports, calls=[Call("s.mount_all")])
    far = File("far/a.py", calls=[Call("s.mount_all")])
    assert meant(library, near, far) == [None, "lib/session.py Session.mount_all"]


def test_only_method_of_a_name_has_room_for_the_arguments() -> None:
    library = File("a.py", ["Session.mount_all/1"])
    calls = [Call("s.mount_all", arguments=1), Call("s.mount_all", arguments=2, line=51)]
    assert meant(library, File("b.py", calls=calls)) == ["a.py Session.mount_all", None]


def test_name_that_libraries_use_tells_nothing_of_an_unknown_receiver() -> None:
    calls = [Call("found.append"), Call("answer.get", line=51), Call("event.__init__", line=52)]
    file = File("a.py", ["Log.append", "Box.get", "Box.__init__"], calls=calls)
    assert meant(file) == [None, None, None]


def test_name_imported_from_outside_means_nothing_inside() -> None:
    calls = [
        Call("os.path.split_all"),
        Call("walk_tree", line=51),
        Call("pkg.Cart.add_all", line=52),
    ]
    imports = [Import("os.path", None), Import("trees", None, ["walk_tree"]), Import("pkg", None)]
    library = File("a.py", ["Path.split_all", "walk_tree", "Cart.add_all"])
    assert meant(library, File("b.py", imports=imports, calls=calls)) == [None, None, None]


def test_method_that_passes_the_call_on_does_not_mean_itself() -> None:
    file = File(
        "a.go", ["Writer.CloseNotify"], calls=[Call("w.inner.CloseNotify", "Writer.CloseNotify")]
    )
    assert meant(file) == [None]


def test_tests_are_no_targets_of_other_code() -> None:
    user = File("a.c", calls=[Call("fake"), Call("real", line=51)])
    tests = File("t.c", ["fake", "real"], is_test=True, calls=[Call("fake")])
    assert meant(user, File("b.c", ["real"]), tests) == [None, "b.c real", "t.c fake"]


def test_languages_keep_to_themselves_but_families_hold_together() -> None:
    user = File("a.ts", imports=[Import("./b", "b.js")], calls=[Call("draw")])
    assert meant(user, File("b.js", ["draw"])) == ["b.js draw"]
    assert meant(File("a.rb", calls=[Call("draw")]), File("b.c", ["draw"])) == [None]


def test_confidence_falls_with_what_the_names_leave_open() -> None:
    library = File("a.py", ["Session.mount_all", "Session.run_all"], calls=[
        Call("self.mount_all", "Session.run_all", line=50),
        Call("Session.mount_all", line=51),
        Call("session.mount_all", line=52),
        Call("s.mount_all", line=53),
        Call("s.unknown", line=54),
    ])  # fmt: skip
    confidence = resolve(library)["confidence"].to_list()
    assert confidence == [0.95, 0.95, 0.85, 0.8, None]


def test_no_call_is_lost_or_doubled() -> None:
    calls = [Call("f", "g", calls=3), Call("x.f", calls=2, line=51), Call("missing", calls=4)]
    both = [File(path, ["f", "g"], calls=calls, blob="same") for path in ("a.py", "sub/b.py")]
    found = resolve(*both, File("c.py", ["f"]), File("d.py", ["Other.f"]))
    totals = found.group_by("from_path").agg(pl.len(), pl.sum("calls")).sort("from_path")
    assert totals.rows() == [("a.py", 3, 9), ("sub/b.py", 3, 9)]
    assert found.filter(pl.col("receiver").is_null(), name="f")["to_path"].to_list() == [
        "a.py",
        "sub/b.py",
    ]


def test_columns_are_those_of_the_table_and_missing_targets_are_null() -> None:
    found = resolve(File("a.py", calls=[Call("f")]))
    assert found.schema == pl.Schema({k: v for k, v in CALLS.items() if k != "repository"})
    assert found.row(0)[-4:] == (None, None, None, None)
    assert resolve(File("a.py")).is_empty()


def test_result_does_not_depend_on_the_order_of_rows() -> None:
    calls = [Call("f"), Call("f", arguments=2), Call("s.mount_all"), Call("self.run", "C.run")]
    files = [
        File("a.py", ["f", "f/2", "C.run", "C.mount_all"], calls=calls),
        File("b.py", ["f"], [Import("a", "a.py", ["*"])], [Call("f"), Call("C.run")]),
    ]
    frames = tables(files)
    call_sites, functions, dependencies, imports, tree = (one.reverse() for one in frames)
    reverse = resolve_calls(call_sites, functions, dependencies, imports, tree)
    assert_frame_equal(resolve(*files), reverse)
