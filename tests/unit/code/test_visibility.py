"""Whether code elsewhere may call a function: each language by its own rule."""

from textwrap import dedent

import pytest

from hyperion_pipelines.code.syntax import analyse

CASES = {
    "Python": (
        """
        def shown():
            def inner(): pass
        def _hidden(): pass
        class Shop:
            def __init__(self): pass
            def open(self): pass
            def _close(self): pass
        class _Till:
            def ring(self): pass
        """,
        {"shown", "Shop.__init__", "Shop.open"},
        set[str](),
    ),
    "Lua": (
        """
        local function hidden() end
        function M.shown() end
        function M._hidden() end
        """,
        {"M.shown"},
        set[str](),
    ),
    "Shell": ("shown() { :; }\n_hidden() { :; }\n", {"shown"}, set[str]()),
    "Go": (
        """
        package shop
        func Shown() {}
        func hidden() {}
        func (s *Shop) Open() {}
        func (s *Shop) close() {}
        func (t till) Ring() {}
        """,
        {"Shown", "Shop.Open"},
        set[str](),
    ),
    "Rust": (
        """
        pub fn shown() {}
        fn hidden() {}
        pub(crate) fn near() {}
        impl Shop { pub fn open(&self) {} fn close(&self) {} }
        impl Display for Shop { fn fmt(&self) {} }
        pub trait Till { fn ring(&self) {} }
        trait Inner { fn ring(&self) {} }
        """,
        {"shown", "Shop.open", "Till.ring"},
        {"Shop.fmt"},
    ),
    "Java": (
        """
        public class Shop {
            public void open() {}
            void near() {}
            protected void heir() {}
            private void close() {}
            static class Till { public void ring() {} }
            public interface Seller { default void sell() {} }
        }
        """,
        {"Shop.open", "Shop.Seller.sell"},
        set[str](),
    ),
    "C#": (
        """
        public class Shop {
            public void Open() { void Local() {} }
            void Close() {}
            internal void Near() {}
        }
        class Till { public void Ring() {} }
        """,
        {"Shop.Open"},
        set[str](),
    ),
    "PHP": (
        """
        <?php
        function shown() {}
        class Shop {
            function open() {}
            public function sell() {}
            private function close() {}
            protected function heir() {}
        }
        """,
        {"shown", "Shop.open", "Shop.sell"},
        set[str](),
    ),
    "Kotlin": (
        """
        fun shown() {}
        private fun hidden() {}
        class Shop {
            fun open() {}
            internal fun near() {}
        }
        private class Till {
            fun ring() {}
        }
        """,
        {"shown", "Shop.open"},
        set[str](),
    ),
    "Scala": (
        "class Shop { def open() = 1\n private def close() = 2\n protected def heir() = 3 }\n",
        {"Shop.open"},
        set[str](),
    ),
    "Swift": (
        """
        public class Shop {
            public func open() {}
            func near() {}
        }
        """,
        {"Shop.open"},
        set[str](),
    ),
    "C": (
        "int shown(void) { return 1; }\nstatic int hidden(void) { return 2; }\n",
        {"shown"},
        set[str](),
    ),
    "C++": (
        """
        class Shop {
            int close() { return 1; }
        public:
            int open() { return 2; }
        };
        struct Till { int ring() { return 3; } };
        int Shop::elsewhere() { return 4; }
        namespace { int hidden() { return 5; } }
        static int own() { return 6; }
        namespace shop { int shown() { return 7; } }
        """,
        {"Shop.open", "Till.ring", "shop.shown"},
        {"Shop.elsewhere"},
    ),
    "Ruby": (
        """
        def shown; end
        class Shop
          def open; end
          def named; end
          private :named
          private def own; end
          private
          def close; end
          def self.build; end
          public
          def sell; end
        end
        """,
        {"shown", "Shop.open", "Shop.build", "Shop.sell"},
        set[str](),
    ),
    "JavaScript": (
        """
        export function shown() { const inner = () => 1; }
        function hidden() {}
        function listed() {}
        export class Shop { open() {} #close() {} _near() {} }
        class Till { ring() {} }
        export { listed as other };
        """,
        {"shown", "listed", "Shop.open"},
        set[str](),
    ),
    "TypeScript": (
        """
        class Shop { open() {} private close() {} protected heir() {} }
        const hidden = () => 1;
        export const shown = () => 2;
        export default Shop;
        """,
        {"Shop.open", "shown"},
        set[str](),
    ),
}


@pytest.mark.parametrize("language", CASES)
def test_a_function_is_public_by_the_rules_of_its_language(language: str) -> None:
    text, public, unknown = CASES[language]
    functions = analyse(language, dedent(text).strip().encode(), details=True).functions
    assert {one.qualified_name for one in functions if one.is_public} == public
    assert {one.qualified_name for one in functions if one.is_public is None} == set(unknown)
    assert any(one.is_public is False for one in functions)


def test_what_node_modules_assign_to_their_exports_is_public() -> None:
    text = b"""
var app = exports = module.exports = {};
app.use = function use() {};
app.on = function () {};
exports.named = function () {};
module.exports.other = () => 1;
function hidden() {}
"""
    functions = analyse("JavaScript", text, details=True).functions
    assert [(one.name, one.is_public) for one in functions] == [
        ("use", True),
        ("on", True),
        ("named", True),
        ("other", True),
        ("hidden", False),
    ]


def test_an_exported_object_has_public_members() -> None:
    text = b"function sell() {}\nmodule.exports = { sell, open() {}, close: function () {} };\n"
    functions = analyse("JavaScript", text, details=True).functions
    assert [one.is_public for one in functions] == [True, True, True]


def test_a_script_without_exports_does_not_tell() -> None:
    (function,) = analyse("JavaScript", b"function shown() {}\n", details=True).functions
    assert function.is_public is None
