"""A small history, made so that every feature of its ninth commit can be worked out by hand.

Ages count from that commit, the fix of the empty basket; some meet the edge of a window exactly.
"""

from datetime import UTC, datetime, timedelta, timezone

from hyperion_pipelines.sample.history_writer import Commit, Person

ADA, BO, CAI = (Person(name, f"{name.lower()}@example.org") for name in ("Ada", "Bo", "Cai"))
NOW = datetime(2024, 4, 20, 10, tzinfo=UTC)
DAY = timedelta(days=1)
# Saturday, ten past six; in UTC it is still Friday evening.
SATURDAY = datetime(2024, 4, 20, 6, 10, tzinfo=timezone(timedelta(hours=9)))

CART = '''\
"""The cart."""


def total(prices, discount):
    # the sum
    result = 0
    for price in prices:
        if price > discount:
            result += price
    return result
'''
CART_FIXED = CART.replace(
    "    result = 0\n", "    if not prices:\n        return 0\n    result = 0\n"
)
BASKET = '''\
"""The cart."""


def total(prices, discount, tax, tip, points, voucher, rate):
    # the sum
    if not prices:
        return 0
    result = 0
    for price in prices:
        if price > discount:
            result += price
            while result > points:
                result -= points
    return result


def is_empty(prices):
    return not prices
'''
ROUNDED = BASKET.replace("return result", "return round(result)")
MAIN = "from app.cart import total\n\n\nprint(total([1], 0))\n"
TEST = "from app.cart import total\n\n\ndef test_total():\n    assert total([1], 0) == 1\n"
VIEWS = """\
def view(basket):
    while basket:
        if basket.pop() and basket:
            print(basket)
"""
README = "# Shop\n\nA shop.\nIt sells.\n"
COVERAGE = """\
SF:app/basket.py
DA:6,1
DA:7,0
end_of_record
SF:tests/test_cart.py
DA:5,1
end_of_record
"""
FIX = """\
Fix a crash when the basket is empty

Reviewed-by: Bo <bo@example.org>
Reviewed-by: bo <BO@example.org>
Reviewed-by: Cai <cai@example.org>
"""

HISTORY = {
    "start": Commit(
        message="Start the shop",
        files={"app/cart.py": CART, "tests/test_cart.py": TEST, "README.md": README},
        author=ADA,
        time=NOW - 91 * DAY,
    ),
    "main": Commit(
        message="Show the sum",
        files={"app/main.py": MAIN, "README.md": README + "Ask Bo.\n"},
        author=BO,
        time=NOW - 90 * DAY,
    ),
    "sum": Commit(
        message="Fix the sum of nothing",
        files={"app/cart.py": CART_FIXED},
        author=CAI,
        time=NOW - 30 * DAY,
    ),
    "tax": Commit(
        message="Describe the tax",
        files={"docs/tax.md": "None.\n"},
        author=ADA,
        time=NOW - 30 * DAY,
    ),
    "basket": Commit(
        message="Call the cart a basket",
        renames={"app/cart.py": "app/basket.py"},
        files={"app/main.py": MAIN.replace("cart", "basket"), "lcov.info": COVERAGE},
        author=CAI,
        time=NOW - 7 * DAY,
    ),
    "rate": Commit(
        message="Add the rate of the tax",
        files={"app/tax.py": "RATE = 0\n"},
        author=ADA,
        time=NOW - 3 * DAY,
    ),
    "ask": Commit(
        message="Say who knows",
        files={"README.md": README + "Ask Bo.\nAsk Cai.\n"},
        author=CAI,
        time=NOW - DAY,
        branch="topic",
        parents=[5],
    ),
    "merge": Commit(
        message="Merge branch 'topic'",
        files={"README.md": README + "Ask Bo.\nAsk Cai.\n"},
        author=ADA,
        time=NOW - DAY / 2,
        parents=[6, 7],
    ),
    "empty": Commit(
        message=FIX,
        files={
            "app/basket.py": BASKET,
            "app/api/views.py": VIEWS,
            "tests/test_cart.py": TEST.replace("app.cart", "app.basket"),
            "README.md": README + "Ask Bo.\nAsk Cai.\n\nNew: views.\n",
        },
        author=ADA,
        time=SATURDAY,
        commit_time=NOW,
    ),
    "round": Commit(
        message="Fix the sum of fractions",
        files={"app/basket.py": ROUNDED},
        author=BO,
        time=NOW + 40 * DAY,
    ),
}
