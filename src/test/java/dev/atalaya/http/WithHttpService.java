package dev.atalaya.http;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/// Gives each test a service of its own.
@ExtendWith(VertxExtension.class)
abstract class WithHttpService {
    HttpService service;

    @BeforeEach
    void start(Vertx vertx) throws Exception {
        service = new HttpService(vertx);
    }

    @AfterEach
    void stop() {
        service.close();
    }
}
