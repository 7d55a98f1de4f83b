package dev.tidings;

import dev.tidings.api.call.Problem;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.runtime.annotations.RegisterResources;

/**
 * What a native binary has to be told, because nothing that native-image reads shows it. All else is known by construction:
 * what resources answer by their signatures, pages and settings by Quarkus, and SQLite, Netty's codecs and epoll, JSON Schema and JWT by
 * what these libraries bring along. What cannot be in a binary is found in the classes by a test.
 */
// Written by Jackson where no signature names them: by exception mappers, by what answers below the framework, line by
// line.
@RegisterForReflection(
        targets = {Problem.class, Problem.Details.class},
        classNames = {"dev.tidings.api.event.Result", "dev.tidings.api.event.Result$Failure"})
// Scripts for Redis, the schema of the SQLite log and that of GraphQL are read by their names; further profiles, such
// as agents, are
// chosen when the
// service starts. All in one: Quarkus passes over annotations that are repeated.
@RegisterResources(
        globs = {"dev/tidings/**/*.lua", "dev/tidings/**/*.sql", "dev/tidings/**/*.graphqls", "application-*.properties"
        })
final class NativeImage {
    private NativeImage() {}
}
