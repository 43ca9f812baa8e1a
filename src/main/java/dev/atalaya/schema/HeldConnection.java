package dev.atalaya.schema;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import javax.sql.DataSource;

/// A data source of one connection, which stays open when it is given back: Flyway then works on the
/// connection that holds our lock, and one that is lost takes both with it.
final class HeldConnection {
    private HeldConnection() {}

    static DataSource of(Connection connection) {
        Connection held = proxy(
                Connection.class,
                (self, method, arguments) ->
                        method.getName().equals("close") ? null : call(connection, method, arguments));
        return proxy(DataSource.class, (self, method, arguments) -> {
            if (method.getName().equals("getConnection")) {
                return held;
            }
            throw new UnsupportedOperationException(method.toString());
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
