package dev.tidings.trend;

import java.util.List;

/** Values in the order they came, reduced while they come or when all are there. */
interface Series {
    void add(long t, double value);

    /** The series as it is to be looked at. */
    List<Point> points();
}
