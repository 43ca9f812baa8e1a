package dev.atalaya.bench;

import java.util.List;

/// Something that can be measured, by a name: see [Benchmarks].
interface Benchmark {
    /// Measures, and tells what it found.
    ///
    /// @throws IllegalArgumentException if the arguments are not as the list of benchmarks says
    /// @throws Exception if it could not run; a target that is missed is no failure
    void run(Report report, List<String> arguments) throws Exception;

    /// The argument at a place as a number above 0.
    static int number(List<String> arguments, int place, int otherwise) {
        if (arguments.size() <= place) {
            return otherwise;
        }
        String text = arguments.get(place);
        if (!text.matches("[1-9]\\d{0,8}")) {
            throw new IllegalArgumentException("'" + text + "' is no number above 0");
        }
        return Integer.parseInt(text);
    }
}
