using System.CommandLine;
using System.Text.Json;
using LiveCam.Core;
using LiveCam.Explain;
using LiveCam.Explain.Pixels;
using LiveCam.Explain.Referee;
using LiveCam.Pipeline;
using LiveCam.Pipeline.Bundles;
using LiveCam.Rendering;
using LiveCam.Video;

namespace LiveCam.Commands;

/// <summary><c>livecam explain</c>: one picture.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var command = new ExampleCommand("explain", "Explain one picture",
            "photo.jpg --out why.png", "photo.jpg --class dog-cat --out why.png --map map.npy --json why.json", "photo.jpg --model net.onnx --evidence evidence/",
            "photo.jpg --set explain.pixels=guidedcam --out why.png --pixel-map pixels.npy", "photo.jpg --set referee.method=rise --referee-map rise.npy",
            "photo.jpg --expect dog --bundle why/", "--bundle why/");
        var source = new SourceArguments(command, isOptional: true);
        var output = new Option<string?>("--out") { Description = "Picture to write" };
        var map = new Option<string?>("--map") { Description = "Map at feature resolution, float32, after relu, unscaled; of a video network one a step in time, [T,H,W]: map.npy" };
        var pixels = new Option<string?>("--pixel-map") { Description = "What explain.pixels gives, [panes,3,H,W], float32, in units of the network's input: pixels.npy" };
        var referee = new Option<string?>("--referee-map") { Description = "What referee.method gives, [H,W] of the network's input, float32, positive part, unscaled: rise.npy" };
        var json = new Option<string?>("--json") { Description = "Model, layer, method, exactness, class, logit, probability, top-k: why.json; - for standard output" };
        var evidence = new Option<string?>("--evidence") { Description = "Folder for activations.npy, gradients.npy and input.npy" };
        var bundle = new Option<string?>("--bundle") { Description = "Folder for everything: frame, input, logits, maps of all methods, settings, versions. Without SOURCE: replay that folder and compare every bit" };
        var expect = new Option<string?>("--expect") { Description = "The class that the picture shows, to be noted in the bundle" };
        var boxes = BoxesOption.Create();
        var scene = new Option<string>("--scene") { Description = "Scene the picture is drawn with", DefaultValueFactory = _ => "default" };
        foreach (var option in new Option[] { output, map, pixels, referee, json, boxes, evidence, bundle, expect, scene })
            command.Add(option);
        var explain = new ExplainOptions(command, source);
        command.SetAction(parsed =>
        {
            JsonReport.MakeRoom(parsed.GetValue(json));
            if (source.Name(parsed).Length == 0)
                return Replay(parsed.GetValue(bundle), explain.GivenModel(parsed));
            using var setup = explain.Open(parsed);
            using var pool = new FramePool();
            using var frame = ReadPicture(source, parsed, setup.Explainer, pool);
            if (parsed.GetValue(bundle) is not null)
                setup.Network.RequirePictures("Cannot bundle what was seen by");
            setup.ApplyScene(parsed.GetValue(scene)!);
            using var laboratory = setup.CreateLaboratory(isLive: false);
            using var explanation = Explain(laboratory, frame, setup.Experiments.Referee.Chosen?.Title ?? "explaining");
            OutputPath.MustDiffer(source.Name(parsed), parsed.GetValue(output), parsed.GetValue(map), parsed.GetValue(pixels), parsed.GetValue(referee), parsed.GetValue(json), parsed.GetValue(boxes));
            using var files = new ExplanationFiles(null, parsed.GetValue(boxes), setup.Network);
            // The picture first: a mistake in its settings must not be found out after the rest was written.
            var (picture, whole) = (parsed.GetValue(output), parsed.GetValue(bundle));
            using var drawn = picture is null && whole is null ? null : Draw(parsed.GetValue(scene)!, explanation, setup, pool);
            if (drawn is null)
                setup.ApplySettings();
            if (picture is not null)
                Snapshot.Write(drawn!, picture);
            Tell(explanation);
            if (parsed.GetValue(map) is { } mapPath)
                WriteMap(mapPath, explanation);
            if (parsed.GetValue(pixels) is { } pixelPath)
                WritePixels(pixelPath, explanation);
            if (parsed.GetValue(referee) is { } refereePath)
                WriteReferee(refereePath, explanation);
            if (parsed.GetValue(json) is { } jsonPath)
                WriteJson(jsonPath, explanation);
            files.Write(explanation);
            files.Complete();
            if (parsed.GetValue(evidence) is { } folder)
                WriteEvidence(folder, setup, explanation);
            if (whole is not null)
                Keep(whole, parsed.GetValue(expect), parsed.GetValue(scene)!, frame, drawn!, setup);
            return (int)ExitCode.Done;
        });
        return command;
    }

    /// <summary>The first picture of the source; for a video network the last of the first window, after it has seen those before it.</summary>
    private static Frame ReadPicture(SourceArguments source, ParseResult parsed, Explainer explainer, FramePool pool)
    {
        using var opened = source.Open(parsed, CancellationToken.None);
        var picture = FirstPicture.Of(opened, pool, "Cannot explain");
        for (var seen = 1; seen < FrameWindow.SpanOf(explainer.Card); seen++)
        {
            explainer.LookAt(picture);
            ReadResult result;
            Frame? next;
            do
                result = opened.Read(pool, out next);
            while (result == ReadResult.Timeout);
            if (next is null)
                return picture;
            picture.Dispose();
            picture = next;
        }
        return picture;
    }

    private static int Replay(string? folder, string? model)
    {
        var replay = BundleReplay.Of(folder ?? throw new LiveCamException("Cannot explain", "nothing", "no picture is named", "Give a picture, or --bundle FOLDER to replay a bundle"), model);
        foreach (var warning in replay.Warnings)
            Console.Error.WriteLine(warning);
        if (replay.Same.Count > 0)
            Console.WriteLine($"The same to the bit: {BundleReplay.InWords(replay.Same)}");
        foreach (var difference in replay.Differences)
            Console.WriteLine($"Different: {difference}");
        return (int)(replay.Differences.Count == 0 ? ExitCode.Done : ExitCode.Model);
    }

    private static void Keep(string folder, string? expected, string scene, Frame frame, Frame drawn, ExplainSetup setup)
    {
        Bundle.Write(folder, setup.Network, BundleSettings.Of(setup, scene, expected), frame, drawn);
        Console.WriteLine($"Wrote the bundle {folder}; 'livecam explain --bundle {folder}' replays it");
    }

    private static Explanation Explain(Laboratory laboratory, Frame frame, string what)
    {
        Explanation? explanation = null;
        Progress.Run(what, 100, report =>
        {
            laboratory.Progress = share => report((long)(100 * share));
            explanation = laboratory.Explain(frame);
            // A meter looks at the picture again and again, and then says what it found.
            while (laboratory.CanRefine)
            {
                laboratory.AfterPublish();
                explanation.Dispose();
                explanation = laboratory.Explain(frame);
            }
        }, percent => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{percent:F0} %"));
        return explanation!;
    }

    private static void Tell(Explanation explanation)
    {
        Console.WriteLine($"{explanation.Model}, {explanation.Method} ({explanation.Exactness}) at {explanation.Layer}");
        foreach (var score in explanation.Top)
            Console.WriteLine($"  {score.Probability,6:P1}  {score.Label}");
        foreach (var target in explanation.Targets)
            Console.WriteLine($"map of {target.Label}: " + target.State switch
            {
                MapState.Evidence => $"maximum {target.Maximum:G4}",
                MapState.NoPositiveEvidence => "no positive evidence",
                _ => "not a number",
            });
        if (explanation.Pixels is { } pixels)
            Console.WriteLine(pixels.Caveat.Length > 0 ? $"{pixels.Title}: {pixels.Caveat}" : pixels.Title);
        for (var i = 0; i < explanation.SideCount; i++)
            if (explanation.Side(i) is { Note.Length: > 0 } side)
                Console.WriteLine($"{side.Title}: {side.Note}");
        foreach (var remark in explanation.Remarks)
            Console.Error.WriteLine(remark);
    }

    private static void WritePixels(string path, Explanation explanation)
    {
        var map = explanation.Pixels ?? throw new LiveCamException("Cannot write", path, "no pixel technique was asked for",
            $"Add --set explain.pixels=guided, or another of {string.Join(", ", PixelMethods.All.Select(method => method.Name))}");
        var panes = Math.Max(1, map.Panes.Count);
        var values = new float[panes * 3 * map.Width * map.Height];
        for (var pane = 0; pane < panes; pane++)
            map.Values(pane).CopyTo(values.AsSpan(pane * 3 * map.Width * map.Height));
        WriteArray(path, values, [panes, 3, map.Height, map.Width]);
    }

    private static void WriteReferee(string path, Explanation explanation)
    {
        var map = explanation.Side(SideMapKind.Referee) ?? throw new LiveCamException("Cannot write", path, "no referee was asked for, or it could not be done",
            $"Add --set referee.method={PerturbationMethods.All[0].Name}, or another of {string.Join(", ", PerturbationMethods.All.Select(method => method.Name))}");
        WriteArray(path, map.Values, [map.Height, map.Width]);
    }

    private static void WriteMap(string path, Explanation explanation)
    {
        var size = explanation.MapInTime(0).Length;
        var maps = new float[explanation.TargetCount * size];
        for (var i = 0; i < explanation.TargetCount; i++)
            explanation.MapInTime(i).CopyTo(maps.AsSpan(i * size));
        WriteArray(path, maps,
        [
            .. explanation.TargetCount == 1 ? Array.Empty<int>() : [explanation.TargetCount],
            .. explanation.MapTimes == 1 ? Array.Empty<int>() : [explanation.MapTimes],
            explanation.MapHeight, explanation.MapWidth,
        ]);
    }

    private static void WriteJson(string path, Explanation explanation)
    {
        JsonReport.Write(path, stream =>
        {
            using var json = new Utf8JsonWriter(stream, ExplanationRecord.Readable with { Indented = true });
            ExplanationRecord.Write(json, explanation, withMaps: false);
        });
    }

    private static void WriteEvidence(string folder, ExplainSetup setup, Explanation explanation)
    {
        OutputPath.CreateFolder(folder);
        var classifier = setup.Explainer.Classifier;
        var size = classifier.Target.Size;
        int[] axes = [classifier.Channels, .. classifier.Target.Times == 1 ? Array.Empty<int>() : [classifier.Target.Times], classifier.Height, classifier.Width];
        var gradients = new float[explanation.TargetCount * size];
        for (var i = 0; i < explanation.TargetCount; i++)
            setup.Explainer.GradientsOf(i).CopyTo(gradients.AsSpan(i * size));
        WriteArray(Path.Combine(folder, "activations.npy"), classifier.Activations, [1, .. axes]);
        WriteArray(Path.Combine(folder, "gradients.npy"), gradients, [explanation.TargetCount, .. axes]);
        WriteArray(Path.Combine(folder, "input.npy"), classifier.Input, [.. setup.Network.InputShape.Select(side => (int)side)]);
    }

    private static void WriteArray(string path, ReadOnlySpan<float> values, int[] shape)
    {
        var array = values.ToArray();
        OutputPath.Write(path, stream => NpyFile.Write(stream, array, shape));
    }

    /// <summary>The picture as the scene shows it, the caller's to dispose.</summary>
    private static Frame Draw(string scene, Explanation explanation, ExplainSetup setup, FramePool pool)
    {
        using var context = new EglContext();
        using var renderer = new Renderer(context, scene, setup.Parameters);
        setup.ApplySettings();
        var clock = FrameClock.Fixed(TimeSpan.FromSeconds(1.0 / 30));
        clock.Tick();
        renderer.Update(explanation.Frame, explanation, new LiveStatus { Device = setup.Explainer.Classifier.Device }, clock);
        var (width, height) = renderer.NaturalSize(explanation.Frame!.Width, explanation.Frame.Height);
        using var readback = new Readback(renderer.Device, width, height, pool);
        renderer.Capture(readback);
        return readback.Drain()!;
    }
}
