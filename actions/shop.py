"""A small online shop in one SQLite file, filled with a few orders the first time that it is opened.

The file is shop.db beside config.yml: easy to look into, to delete for a fresh start, and git ignores it. SHOP_DB
names another place, as for a container whose code cannot be written to.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

BESIDE_CONFIG = Path(__file__).resolve().parent.parent / "shop.db"
LAYOUT = 2

# Days count from today, whenever that is: an order that arrives "in two days" does so for ever, and the sample
# never looks stale. A real shop keeps dates.
TABLES = """
    CREATE TABLE orders (
        number TEXT PRIMARY KEY,
        item TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('unpaid', 'packing', 'sent', 'delayed', 'delivered', 'returned')),
        carrier TEXT NOT NULL,
        days_until_due INTEGER NOT NULL,
        address TEXT NOT NULL
    );
    CREATE TABLE tickets (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        customer TEXT NOT NULL,
        topic TEXT,
        order_number TEXT,
        message TEXT NOT NULL,
        opened_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        closed_at TEXT
    );
    INSERT INTO sqlite_sequence (name, seq) VALUES ('tickets', 1000);
"""
ORDERS = (
    ("A-1042", "a walnut bookshelf", "sent", "DHL", 2, "7 Orchard Row, Bath BA1 2QT"),
    ("A-1043", "two linen cushions", "packing", "DHL", 4, "7 Orchard Row, Bath BA1 2QT"),
    ("A-1001", "a reading lamp", "delivered", "UPS", -3, "31 Mill Lane, York YO1 7HT"),
    ("B-2077", "a wool throw", "delayed", "UPS", 6, "31 Mill Lane, York YO1 7HT"),
    ("B-2100", "an oak side table", "unpaid", "DHL", 7, "2 Harbour Street, Leith EH6 6SN"),
    ("C-3005", "a stoneware vase", "returned", "Hermes", -9, "18 Castle Road, Cardiff CF10 1BT"),
)


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the support desk sees it; `due` is when it arrives, or arrived."""

    number: str
    item: str
    status: str
    carrier: str
    due: date
    address: str

    @property
    def dispatched(self) -> bool:
        """Whether it has left the house, so that its address is settled."""
        return self.status not in {"unpaid", "packing"}


@dataclass(frozen=True, slots=True)
class Shop:
    """The shop's desk. Each call opens the file anew, so any number of threads and processes may use it."""

    file: Path

    def order(self, number: str) -> Order | None:
        """The order of that number; None when there is none."""
        with self._connect() as shop:
            row = shop.execute(
                "SELECT item, status, carrier, days_until_due, address FROM orders WHERE number = ?", (number,)
            ).fetchone()
        if row is None:
            return None
        item, status, carrier, days, address = row
        return Order(number, item, status, carrier, date.today() + timedelta(days=days), address)

    def change_address(self, number: str, address: str) -> bool:
        """Send the order elsewhere. False when it has left meanwhile, or is unknown."""
        with self._connect() as shop:
            changed = shop.execute(
                "UPDATE orders SET address = ? WHERE number = ? AND status IN ('unpaid', 'packing')", (address, number)
            )
            return changed.rowcount == 1

    def open_ticket(self, customer: str, message: str, topic: str | None = None, order: str | None = None) -> str:
        """Write a ticket; returns its number, as T-1001."""
        with self._connect() as shop:
            written = shop.execute(
                "INSERT INTO tickets (customer, topic, order_number, message) VALUES (?, ?, ?, ?)",
                (customer, topic, order, message),
            )
            return f"T-{written.lastrowid}"

    def add_to_ticket(self, number: str, customer: str, message: str, order: str | None = None) -> bool:
        """Write more into a ticket. False when it is closed, another customer's, or about another order."""
        identifier = number.removeprefix("T-")
        with self._connect() as shop:
            changed = shop.execute(
                "UPDATE tickets SET message = message || char(10) || :message, "
                "order_number = COALESCE(order_number, :order) "
                "WHERE id = :id AND customer = :customer AND closed_at IS NULL "
                "AND (order_number IS NULL OR :order IS NULL OR order_number = :order)",
                {"message": message, "order": order, "id": identifier, "customer": customer},
            )
            return changed.rowcount == 1

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        """The file, waiting up to five seconds for other writers; each statement stands for itself."""
        with closing(sqlite3.connect(self.file, timeout=5, isolation_level=None)) as connection:
            if _layout(connection) < LAYOUT:
                _fill(connection)
            yield connection


def open_shop() -> Shop:
    """The shop that the actions work on."""
    return Shop(Path(os.environ.get("SHOP_DB") or BESIDE_CONFIG))


def _layout(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _fill(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        found = _layout(connection)
        if found >= LAYOUT:
            return  # another thread or process was first
        if found == 1:
            connection.execute("ALTER TABLE tickets ADD COLUMN closed_at TEXT")
        else:
            for statement in filter(str.strip, TABLES.split(";")):
                connection.execute(statement)
            connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)", ORDERS)
        connection.execute(f"PRAGMA user_version = {LAYOUT}")
