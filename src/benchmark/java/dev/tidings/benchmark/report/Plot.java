package dev.tidings.benchmark.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;

/** Lines through points, as SVG; both axes logarithmic, so that factors are seen as distances. */
public final class Plot {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 440;
    private static final int LEFT = 80;
    private static final int RIGHT = 170;
    private static final int TOP = 50;
    private static final int BOTTOM = 60;

    /** Told apart also by those who see colours differently (Okabe and Ito's). */
    private static final List<String> COLOURS =
            List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9");

    /** A point, and between what the repetitions were. */
    public record Point(double x, Spread y) {}

    private final String title;
    private final String across;
    private final String up;
    private final Map<String, List<Point>> series = new LinkedHashMap<>();

    /**
     * An empty one.
     *
     * @param across what the horizontal axis shows
     * @param up what the vertical one shows
     */
    public Plot(String title, String across, String up) {
        this.title = title;
        this.across = across;
        this.up = up;
    }

    /** Adds a point; what is not above zero cannot be shown and is left out. */
    public void add(String name, double x, Spread y) {
        if (x > 0 && y.least() > 0) {
            series.computeIfAbsent(name, any -> new ArrayList<>()).add(new Point(x, y));
        }
    }

    public boolean isEmpty() {
        return series.isEmpty();
    }

    /** The whole picture. */
    public String svg() {
        double[] xs = range(series.values().stream().flatMap(List::stream).mapToDouble(Point::x));
        double[] ys = range(series.values().stream()
                .flatMap(List::stream)
                .flatMapToDouble(
                        point -> DoubleStream.of(point.y().least(), point.y().most())));
        DoubleUnaryOperator x = value -> LEFT + share(value, xs) * (WIDTH - LEFT - RIGHT);
        DoubleUnaryOperator y = value -> HEIGHT - BOTTOM - share(value, ys) * (HEIGHT - TOP - BOTTOM);
        StringBuilder out = new StringBuilder("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
                <rect width="100%%" height="100%%" fill="white"/>
                <text x="%d" y="24" font-size="15">%s</text>
                """.formatted(WIDTH, HEIGHT, LEFT, escaped(title)));
        for (double tick : ticks(xs)) {
            out.append(line(x.applyAsDouble(tick), TOP, x.applyAsDouble(tick), HEIGHT - BOTTOM, "#ddd"));
            out.append(text(x.applyAsDouble(tick), HEIGHT - BOTTOM + 18, "middle", number(tick)));
        }
        for (double tick : ticks(ys)) {
            out.append(line(LEFT, y.applyAsDouble(tick), WIDTH - RIGHT, y.applyAsDouble(tick), "#ddd"));
            out.append(text(LEFT - 8, y.applyAsDouble(tick) + 4, "end", number(tick)));
        }
        out.append(text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 16, "middle", across));
        out.append(text(LEFT, TOP - 8, "start", up));
        int number = 0;
        for (Map.Entry<String, List<Point>> each : series.entrySet()) {
            draw(out, each.getKey(), each.getValue(), number++, x, y);
        }
        return out.append("</svg>\n").toString();
    }

    private static void draw(
            StringBuilder out,
            String name,
            List<Point> points,
            int number,
            DoubleUnaryOperator x,
            DoubleUnaryOperator y) {
        String colour = COLOURS.get(number % COLOURS.size());
        List<Point> sorted = points.stream()
                .sorted((one, other) -> Double.compare(one.x(), other.x()))
                .toList();
        StringBuilder path = new StringBuilder();
        for (Point point : sorted) {
            double at = x.applyAsDouble(point.x());
            path.append(path.isEmpty() ? "M" : "L")
                    .append(place(at, y.applyAsDouble(point.y().median())));
            out.append(line(
                    at,
                    y.applyAsDouble(point.y().least()),
                    at,
                    y.applyAsDouble(point.y().most()),
                    colour));
            out.append(String.format(
                    Locale.ROOT,
                    "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>%n",
                    at,
                    y.applyAsDouble(point.y().median()),
                    colour));
        }
        out.append("<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n".formatted(path, colour));
        int key = TOP + 10 + 20 * number;
        out.append(line(WIDTH - RIGHT + 12, key, WIDTH - RIGHT + 36, key, colour));
        out.append(text(WIDTH - RIGHT + 42, key + 4, "start", name));
    }

    /** From below the least to above the most, with some room. */
    private static double[] range(DoubleStream values) {
        double[] all = values.sorted().toArray();
        return all.length == 0 ? new double[] {1, 10} : new double[] {all[0] / 1.3, all[all.length - 1] * 1.3};
    }

    private static double share(double value, double[] range) {
        return Math.log(value / range[0]) / Math.log(range[1] / range[0]);
    }

    /** 1, 2 and 5 of each power of ten that is in the range. */
    private static List<Double> ticks(double[] range) {
        List<Double> ticks = new ArrayList<>();
        for (int power = (int) Math.floor(Math.log10(range[0])); power <= Math.log10(range[1]); power++) {
            for (int factor : new int[] {1, 2, 5}) {
                double tick = factor * Math.pow(10, power);
                if (tick >= range[0] && tick <= range[1]) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }

    private static String number(double value) {
        return value >= 10_000
                ? String.format(Locale.ROOT, "%,.0f k", value / 1_000)
                : String.format(Locale.ROOT, value >= 1 ? "%,.0f" : "%.2g", value);
    }

    private static String place(double x, double y) {
        return String.format(Locale.ROOT, "%.1f %.1f ", x, y);
    }

    private static String line(double x1, double y1, double x2, double y2, String colour) {
        return String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n",
                x1,
                y1,
                x2,
                y2,
                colour);
    }

    private static String text(double x, double y, String anchor, String text) {
        return String.format(
                Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, escaped(text));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
