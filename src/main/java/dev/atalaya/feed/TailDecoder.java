package dev.atalaya.feed;

import dev.atalaya.feed.JsonBytesReader.Unusual;
import dev.atalaya.market.Reference;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Decodes the last tickers of a snapshot on another thread while those before are decoded on this one. In a text it
/// begins where a ticker seems to begin, which nobody knows before the other has come there: what it has found counts
/// only then. It ends where something is unusual, or at a symbol that has no number yet, and the other goes on from
/// there.
/// All but [#run] is called by the other.
final class TailDecoder {
    private final Executor executor;
    private final int leastBytes;
    private final TickerColumns columns;
    private final TickerDraft draft = new TickerDraft();
    private final JsonBytesReader json = new JsonBytesReader();
    private final TickerDecoder tickers;
    private final OwnSymbols own;

    private State state = State.IDLE;
    private IntFunction<Reference> references = symbolId -> Reference.UNKNOWN;
    private Part part = () -> {};
    private int begin;
    private int end;

    private enum State {
        IDLE,
        OFFERED,
        RUNNING,
        DONE
    }

    /// @param leastBytes where less is left it is not worth it
    TailDecoder(SymbolTable symbols, OwnSymbols own, int expectedTickers, Executor executor, int leastBytes) {
        this.executor = executor;
        this.own = own;
        this.leastBytes = leastBytes;
        this.columns = new TickerColumns(symbols, expectedTickers);
        SymbolNumbers numbers = new SymbolNumbers(symbols, (text, offset, length) -> {
            throw JsonBytesReader.unusual();
        });
        this.tickers = new TickerDecoder(json, draft, numbers, own);
    }

    int leastBytes() {
        return leastBytes;
    }

    /// What it decodes; [#end] moves on with each ticker.
    private interface Part {
        void decode() throws Unusual;
    }

    /// Lets the executor decode the tickers from one place on, up to the end of the text.
    void offer(byte[] text, int from, int to, IntFunction<Reference> known, @Nullable Instant updatesUntil) {
        offer(from, known, updatesUntil, () -> {
            json.begin(text, from, to);
            do {
                add(tickers.decode());
                end = json.position();
            } while (json.accept(','));
        });
    }

    /// The same for the tickers of a hash from one pair of texts on, which the others follow; what is no ticker is the
    /// other's.
    void offer(byte[] text, int[] starts, int[] ends, int from, int to, IntFunction<Reference> known) {
        offer(from, known, null, () -> {
            for (; end + 1 < to; end += 2) {
                int value = end + 1;
                if (!VendorSnapshotDecoder.isMeta(text, starts[end], ends[end])) {
                    json.begin(text, starts[value], ends[value]);
                    int symbolId = tickers.decode();
                    JsonBytesReader.require(json.isAtEnd() && symbolId != SymbolTable.INVALID);
                    add(symbolId);
                }
            }
        });
    }

    private void offer(int from, IntFunction<Reference> known, @Nullable Instant updatesUntil, Part offered) {
        finish();
        columns.clear();
        draft.begin(updatesUntil);
        references = known;
        part = offered;
        begin = from;
        end = from;
        synchronized (this) {
            state = State.OFFERED;
        }
        executor.execute(this::run);
    }

    private void add(int symbolId) {
        own.add(draft, columns, symbolId, references);
    }

    private void run() {
        synchronized (this) {
            if (state != State.OFFERED) {
                return; // it was not needed any more
            }
            state = State.RUNNING;
        }
        try {
            part.decode();
        } catch (Unusual e) {
            // the other sees for itself
        } finally {
            synchronized (this) {
                state = State.DONE;
                notifyAll();
            }
        }
    }

    /// Waits until it does not read any more; what has not begun does not begin. Answers whether it ran.
    synchronized boolean finish() {
        if (state == State.OFFERED) {
            state = State.IDLE;
        }
        boolean isInterrupted = false;
        while (state == State.RUNNING) {
            try {
                wait();
            } catch (InterruptedException e) {
                isInterrupted = true; // it does not take long
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        return state == State.DONE;
    }

    /// Waits for it, and adds what it has found to the rows before. Answers whether it has found anything.
    boolean isTaken(TickerColumns before, TickerDraft added) {
        if (!finish() || end == begin) {
            return false;
        }
        before.append(columns);
        added.add(draft);
        return true;
    }

    /// Where the last ticker that it has found ends; in a hash, which text is the next.
    int end() {
        return end;
    }
}
