package dev.atalaya.scanner;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StreamBudgetTest {
    private final StreamBudget budget = new StreamBudget(1000);

    @Test
    void whatIsTooMuchGoesTheOldestFirst() {
        budget.reset(10, 500);
        budget.add(400);
        assertThat(budget.trim()).isEqualTo(-1);
        budget.add(400);
        assertThat(budget.trim()).as("six of the older ones go").isEqualTo(6);
    }

    @Test
    void theNewestMessageStaysHoweverLargeItIs() {
        budget.add(400);
        budget.add(5000);
        assertThat(budget.trim()).isEqualTo(1);
    }

    @Test
    void whatSomebodyElseTookAwayIsTheOldest() {
        budget.reset(2, 200);
        budget.add(400);
        budget.add(300);
        budget.standing(1);
        assertThat(budget.messages()).isEqualTo(1);
        assertThat(budget.bytes()).isEqualTo(300);
        budget.add(600);
        assertThat(budget.trim()).isEqualTo(-1);
    }

    @Test
    void asManyBytesAsThereMayBeStay() {
        budget.add(400);
        budget.add(600);
        assertThat(budget.trim()).isEqualTo(-1);
        budget.add(1);
        assertThat(budget.trim()).isEqualTo(2);
    }
}
