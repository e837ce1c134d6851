import unittest
from datetime import datetime, timedelta

from flow import Filesize
from main import handle


def order(items):
    return {
        "id": 7,
        "customer": "Zoë",
        "placed": "2026-11-23T08:30:00+01:00",
        "items": items,
        "notes": "ring twice",
    }


class Packing(unittest.TestCase):
    def test_an_order_is_summed_up(self):
        packing = handle(
            order([{"quantity": 2, "price": 9.95}, {"quantity": 1, "price": 0.1}])
        )
        self.assertEqual((packing["units"], packing["total"]), (3, 20.0))
        self.assertEqual(packing["placed"], datetime.fromisoformat("2026-11-23T07:30:00Z"))
        self.assertEqual(packing["packing"], timedelta(seconds=90))
        self.assertEqual(packing["notes"], Filesize(10))

    def test_an_order_without_items_is_an_error(self):
        with self.assertRaisesRegex(ValueError, "order 7 has no items"):
            handle(order([]))


if __name__ == "__main__":
    unittest.main()
