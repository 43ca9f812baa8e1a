package dev.atalaya.feed;

import dev.atalaya.config.MarketSettings;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.SymbolTable;
import io.vertx.core.Future;
import java.util.Optional;

/// Where a market's snapshots come from. Used by one thread, the scanner's event loop; what takes long
/// (decoding, making up a market) a feed does elsewhere, and completes its futures on the caller's context.
public interface Feed {
    /// The numbers of the symbols in this feed's snapshots.
    SymbolTable symbols();

    /// The newest snapshot, or nothing if there is none that was not given before. Ask again only when the last
    /// answer, and the work on its columns, is done. Fails if the source cannot be read or what it gave is no
    /// snapshot.
    Future<Optional<Snapshot>> next();

    /// A snapshot to practise on, if there is one, after which what the first one would have to wait for is there.
    /// [#next] answers as if this had not been asked; as with that, one question at a time.
    default Future<Optional<Snapshot>> rehearse() {
        return Future.succeededFuture(Optional.empty());
    }

    /// From now on its snapshots are scanned by other settings of the same market, which differ in nothing that a feed
    /// depends on, unless it scans itself.
    default void takeUp(MarketSettings changed) {}

    /// Gives back connections and files.
    Future<Void> close();
}
