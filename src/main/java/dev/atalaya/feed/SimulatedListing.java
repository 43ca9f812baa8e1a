package dev.atalaya.feed;

import dev.atalaya.market.Reference;
import dev.atalaya.market.SymbolTable;

/// A made-up company's share as it always is. Immutable.
///
/// @param key what every chance of this listing hangs on
/// @param price about which it trades from day to day
/// @param volatility deviation of a day's return
/// @param usualVolume shares a day
record SimulatedListing(
        long key, int symbolId, Reference reference, double price, double volatility, double usualVolume) {
    private static final String[][] SECTORS = {
        {"Technology", "Computer Software", "Semiconductors", "EDP Services", "Electronic Components"},
        {"Health Care", "Biotechnology", "Major Pharmaceuticals", "Medical Devices", "Hospital Management"},
        {"Finance", "Major Banks", "Blank Checks", "Property Insurers", "Investment Managers"},
        {"Consumer Discretionary", "Restaurants", "Apparel", "Auto Manufacturing", "Home Building"},
        {"Industrials", "Aerospace", "Industrial Machinery", "Metal Fabrications", "Construction"},
        {"Energy", "Oil and Gas Production", "Oilfield Services", "Coal Mining", "Solar Power"},
        {"Real Estate", "Real Estate Investment Trusts", "Building Operators", "Land Developers", "Hotels"},
        {"Utilities", "Electric Utilities", "Water Supply", "Natural Gas Distribution", "Power Generation"},
        {"Basic Materials", "Precious Metals", "Steel", "Forest Products", "Major Chemicals"},
        {"Consumer Staples", "Packaged Foods", "Beverages", "Food Distributors", "Tobacco"},
        {"Telecommunications", "Telecommunications Equipment", "Cable Services", "Wireless", "Satellites"}
    };
    private static final String[] FIRST = {
        "Alder", "Beacon", "Cobalt", "Delta", "Ember", "Falcon", "Granite", "Harbor", "Iris", "Juniper", "Keystone",
        "Lumen", "Meridian", "North", "Onyx", "Pioneer", "Quarry", "Ridge", "Summit", "Tidal", "Umber", "Vela",
        "Willow", "Zenith"
    };
    private static final String[] SECOND = {
        "Analytics",
        "Biologics",
        "Capital",
        "Devices",
        "Energy",
        "Foods",
        "Group",
        "Holdings",
        "Industries",
        "Labs",
        "Materials",
        "Networks",
        "Partners",
        "Resources",
        "Robotics",
        "Systems",
        "Therapeutics",
        "Works"
    };
    private static final String[] LAST = {"Inc.", "Corp.", "Ltd.", "plc", "Co."};

    /// Makes up the listing with that number, and a symbol that is not in the table yet.
    static SimulatedListing make(long seed, int number, SymbolTable symbols) {
        long key = Chance.key(seed, number);
        double price = Math.max(0.2, 17 * Math.exp(1.4 * Chance.normal(key, 1)));
        double usualVolume = Math.rint(350_000 * Math.exp(1.9 * Chance.normal(key, 2)));
        double volatility = 0.008 + 0.03 * Chance.unit(key, 3) * Chance.unit(key, 4) + 0.02 / Math.sqrt(price);
        return new SimulatedListing(
                key, symbol(key, symbols), reference(key, price, usualVolume), price, volatility, usualVolume);
    }

    /// Mostly four letters; where that one is taken, longer.
    private static int symbol(long key, SymbolTable symbols) {
        double chance = Chance.unit(key, 10);
        int length = chance < 0.001 ? 1 : chance < 0.02 ? 2 : chance < 0.35 ? 3 : chance < 0.92 ? 4 : 5;
        while (true) {
            char[] letters = new char[length];
            long rest = Chance.key(key, 100 + length) >>> 1;
            for (int i = 0; i < length; i++) {
                letters[i] = (char) ('A' + rest % 26);
                rest /= 26;
            }
            int known = symbols.size();
            int symbolId = symbols.intern(letters, 0, length);
            if (symbolId == known) {
                return symbolId;
            }
            length++;
        }
    }

    /// A few percent of the names lack one part or another, as with every vendor.
    private static Reference reference(long key, double price, double usualVolume) {
        double outstanding = Math.rint(usualVolume * Chance.between(40, 400, key, 20));
        String[] sector = pick(SECTORS, key, 21);
        boolean sectorKnown = Chance.unit(key, 22) >= 0.04;
        boolean volumeKnown = Chance.unit(key, 23) >= 0.01;
        boolean sharesKnown = Chance.unit(key, 24) >= 0.05;
        double exchange = Chance.unit(key, 25);
        String name = pick(FIRST, key, 26) + " " + pick(SECOND, key, 27) + " " + pick(LAST, key, 28);
        return new Reference(
                volumeKnown ? usualVolume : Double.NaN,
                volumeKnown ? Math.rint(usualVolume * (0.8 + 0.45 * Chance.unit(key, 29))) : Double.NaN,
                sharesKnown ? Math.rint(outstanding * (0.3 + 0.68 * Chance.unit(key, 30))) : Double.NaN,
                sharesKnown ? outstanding : Double.NaN,
                sharesKnown ? Math.rint(outstanding * price) : Double.NaN,
                exchange < 0.5 ? "NASDAQ" : exchange < 0.85 ? "NYSE" : "AMEX",
                sectorKnown ? sector[0] : null,
                sectorKnown ? sector[1 + (int) (Chance.unit(key, 31) * (sector.length - 1))] : null,
                Chance.unit(key, 32) < 0.02 ? null : "{\"company_name\":\"" + name + "\"}");
    }

    private static <T> T pick(T[] from, long key, long part) {
        return from[(int) (Chance.unit(key, part) * from.length)];
    }
}
