package dev.atalaya.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.bus.NodeReport;
import dev.atalaya.bus.NodeReport.Seat;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MembersTest {
    private final Members members = new Members(() -> node("b", "own", "1", 20));

    private static NodeReport node(String id, String name, String version, long second, Seat... seats) {
        return new NodeReport(
                id, name, version, Instant.ofEpochSecond(second), List.of("scanner", "http"), List.of(seats));
    }

    private static Seat seat(String settings, String state, long fence) {
        return new Seat("us", "scanner", settings, state, fence, Optional.empty());
    }

    private Optional<String> objection() {
        return members.objection("us", "scanner", "f1");
    }

    @Test
    void aReportReadsBackTheSame() {
        NodeReport report = node(
                "a",
                "other",
                "1",
                10,
                seat("f1", Seat.ACTIVE, 12),
                new Seat("eu", "persistence", "f2", Seat.OUT, -1, Optional.of("why")));
        assertThat(NodeReport.fromJson(report.toJson())).isEqualTo(report);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{}", "{\"id\": 1}", "{\"id\": \"a\", \"started\": \"yesterday\"}"})
    void whatAnotherVersionSaysInAnotherWayIsNoReport(String text) {
        assertThat(NodeReport.parse(text)).isEmpty();
        NodeReport report = node("a", "other", "1", 10, seat("f1", Seat.ACTIVE, 12));
        assertThat(NodeReport.parse(report.toJson().put("more", 1).encode())).hasValue(report);
    }

    @Test
    void whoIsHeardIsKnownUntilItIsGone() {
        members.present(Set.of("a", "b", "c"));
        assertThat(members.heard(node("a", "other", "1", 10))).isTrue();
        assertThat(members.heard(node("a", "other", "1", 10))).isFalse();
        assertThat(members.heard(node("b", "own", "1", 20))).as("itself").isFalse();
        assertThat(members.all()).extracting(NodeReport::name).containsExactly("other", "own");
        assertThat(members.present(Set.of("b"))).extracting(NodeReport::name).containsExactly("other");
        assertThat(members.all()).extracting(NodeReport::name).containsExactly("own");
        assertThat(members.has("a")).isFalse();
        assertThat(members.has("b")).isTrue();
    }

    @Test
    void othersThatCanScanAMarketAreThoseThatAreNotOutAndHaveNoObstacle() {
        members.heard(node("c", "standby", "1", 30, seat("f1", Seat.STANDBY, -1)));
        members.heard(node("a", "active", "1", 10, seat("f1", Seat.ACTIVE, 3)));
        members.heard(node("d", "out", "1", 10, seat("f2", Seat.OUT, -1)));
        members.heard(
                node("e", "hindered", "1", 10, new Seat("us", "scanner", "f1", Seat.STANDBY, -1, Optional.of("why"))));
        members.heard(
                node("f", "elsewhere", "1", 10, new Seat("eu", "scanner", "f1", Seat.ACTIVE, 3, Optional.empty())));
        assertThat(members.capable("us", "scanner"))
                .extracting(NodeReport::name)
                .containsExactly("active", "standby");
        assertThat(members.capable("us", "persistence")).isEmpty();
    }

    @Test
    void theYoungerOfTwoWithOtherSettingsStaysOut() {
        members.heard(node("c", "younger", "1", 30, seat("f2", Seat.ACTIVE, 3)));
        assertThat(objection()).isEmpty();
        members.heard(node("a", "older", "1", 10, seat("f2", Seat.STANDBY, -1)));
        assertThat(objection()).hasValue("The node older, which was there first, has other settings for the market us");
        members.heard(node("a", "older", "1", 10, seat("f2", Seat.OUT, -1)));
        assertThat(objection()).as("who is out itself does not count").isEmpty();
    }

    @Test
    void theYoungerOfTwoVersionsStaysOut() {
        members.heard(node("a", "older", "2", 10, seat("f1", Seat.ACTIVE, 3)));
        assertThat(objection()).hasValue("The node older, which was there first, has version 2, this one 1");
        assertThat(members.objection("us", "persistence", "f1"))
                .as("of another role")
                .isEmpty();
    }

    @Test
    void ofTwoOfTheSameNameTheYoungerOneIsWrong() {
        members.heard(node("c", "own", "1", 30));
        assertThat(members.olderNamesake()).isEmpty();
        members.heard(node("a", "own", "1", 20));
        assertThat(members.olderNamesake()).map(NodeReport::id).hasValue("a");
        assertThat(objection()).hasValue("Another node, which was there first, has the same name, own");
    }

    @Test
    void theHighestNumberElsewhereIsThatOfOneThatIsActive() {
        assertThat(members.highestFenceElsewhere("us", "scanner")).isEqualTo(-1);
        members.heard(node("a", "older", "1", 10, seat("f1", Seat.STANDBY, 9)));
        members.heard(node("c", "younger", "1", 30, seat("f1", Seat.ACTIVE, 5)));
        assertThat(members.highestFenceElsewhere("us", "scanner")).isEqualTo(5);
    }
}
