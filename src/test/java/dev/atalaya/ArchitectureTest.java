package dev.atalaya;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;

/// Keeps the picture of the packages true: who may use whom.
@AnalyzeClasses(packages = "dev.atalaya", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final Map<String, List<String>> MAY_USE = new TreeMap<>(Map.ofEntries(
            Map.entry("market", List.of()),
            Map.entry("scan", List.of("market")),
            Map.entry("config", List.of()),
            Map.entry("bus", List.of()),
            Map.entry("redis", List.of("config")),
            Map.entry("journal", List.of()),
            Map.entry("schema", List.of("config")),
            Map.entry("feed", List.of("market", "redis", "config")),
            Map.entry("compare", List.of("redis", "config")),
            Map.entry("cluster", List.of("bus", "config")),
            Map.entry("scanner", List.of("market", "scan", "feed", "redis", "journal", "cluster", "bus", "config")),
            Map.entry("parts", List.of("market", "scan", "feed", "bus", "config")),
            Map.entry("persistence", List.of("market", "redis", "journal", "cluster", "bus", "config")),
            Map.entry("http", List.of("bus", "config")),
            Map.entry("bridge", List.of("bus", "config")),
            Map.entry("cli", List.of("bus", "config")),
            Map.entry("embedded", List.of("config"))));

    @ArchTest
    static void eachPackageUsesOnlyThoseItMay(JavaClasses classes) {
        MAY_USE.forEach((name, others) -> {
            DescribedPredicate<JavaClass> ours = JavaClass.Predicates.resideInAPackage("dev.atalaya..");
            String[] allowed =
                    others.stream().map(other -> "dev.atalaya." + other).toArray(String[]::new);
            String[] withItself = Arrays.copyOf(allowed, allowed.length + 1);
            withItself[allowed.length] = "dev.atalaya." + name;
            noClasses()
                    .that()
                    .resideInAPackage("dev.atalaya." + name)
                    .should()
                    .dependOnClassesThat(
                            ours.and(DescribedPredicate.not(JavaClass.Predicates.resideInAnyPackage(withItself))))
                    .check(classes);
        });
    }

    @ArchTest
    static final ArchRule theCoreIsPure = classes()
            .that()
            .resideInAnyPackage("dev.atalaya.market", "dev.atalaya.scan")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", "dev.atalaya.market", "dev.atalaya.scan");

    @ArchTest
    static final ArchRule everyPackageIsNullMarked =
            classes().that().haveSimpleName("package-info").should().beAnnotatedWith(NullMarked.class);

    @ArchTest
    static final ArchRule nobodyReadsTheSystemsClock = noClasses()
            .that()
            .resideOutsideOfPackages("dev.atalaya", "dev.atalaya.embedded") // which waits for its children
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(Instant.class, "now")
            .because("time is an argument: only Main reads the system's");
}
