using System.Globalization;
using System.Text;
using System.Xml;
using LiveCam.Core;
using LiveCam.Pipeline.Annotate;

namespace LiveCam.Pipeline;

/// <summary><c>--boxes out.xml</c>: "CVAT for images 1.1". The file says its number of pictures first, so it is written whole at the end.</summary>
internal sealed class CvatFile : BoxFile
{
    private readonly List<FrameNote> _notes = [];

    public CvatFile(string path, IReadOnlyList<string> classes)
        : base(path, classes) => Complete();

    public override void Write(FrameNote note)
    {
        if (_notes.Count > 0 && _notes[^1].Sequence == note.Sequence)
        {
            Boxes -= _notes[^1].Boxes.Count;
            _notes.RemoveAt(_notes.Count - 1);
        }
        _notes.Add(note);
        Boxes += note.Boxes.Count;
    }

    public override void Complete() => OutputPath.Write(Path, stream =>
    {
        using var xml = XmlWriter.Create(stream, new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(false) });
        xml.WriteStartElement("annotations");
        xml.WriteElementString("version", "1.1");
        WriteTask(xml);
        for (var i = 0; i < _notes.Count; i++)
            Write(xml, i, _notes[i]);
        xml.WriteEndElement();
    });

    private void WriteTask(XmlWriter xml)
    {
        xml.WriteStartElement("meta");
        xml.WriteStartElement("task");
        xml.WriteElementString("name", System.IO.Path.GetFileNameWithoutExtension(Path));
        xml.WriteElementString("size", _notes.Count.ToString(CultureInfo.InvariantCulture));
        xml.WriteElementString("mode", "annotation");
        xml.WriteStartElement("labels");
        foreach (var name in Classes)
        {
            xml.WriteStartElement("label");
            xml.WriteElementString("name", name);
            xml.WriteElementString("type", "rectangle");
            xml.WriteStartElement("attributes");
            xml.WriteStartElement("attribute");
            foreach (var (element, value) in new[] { ("name", "score"), ("mutable", "False"), ("input_type", "text"), ("default_value", ""), ("values", "") })
                xml.WriteElementString(element, value);
            xml.WriteEndElement();
            xml.WriteEndElement();
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private void Write(XmlWriter xml, int id, FrameNote note)
    {
        xml.WriteStartElement("image");
        Attribute(xml, "id", id.ToString(CultureInfo.InvariantCulture));
        Attribute(xml, "name", PictureName(note));
        Attribute(xml, "width", note.Width.ToString(CultureInfo.InvariantCulture));
        Attribute(xml, "height", note.Height.ToString(CultureInfo.InvariantCulture));
        foreach (var box in note.Boxes)
        {
            xml.WriteStartElement("box");
            Attribute(xml, "label", Classes[note.Targets[box.Target].Index]);
            Attribute(xml, "source", "auto");
            Attribute(xml, "occluded", "0");
            Attribute(xml, "xtl", Pixels(box.X, note.Width));
            Attribute(xml, "ytl", Pixels(box.Y, note.Height));
            Attribute(xml, "xbr", Pixels(box.X + box.Width, note.Width));
            Attribute(xml, "ybr", Pixels(box.Y + box.Height, note.Height));
            Attribute(xml, "z_order", "0");
            xml.WriteStartElement("attribute");
            Attribute(xml, "name", "score");
            xml.WriteString(box.Score.ToString("0.######", CultureInfo.InvariantCulture));
            xml.WriteEndElement();
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    private static void Attribute(XmlWriter xml, string name, string value) => xml.WriteAttributeString(name, value);

    /// <summary>Hundredths of a pixel are finer than any map.</summary>
    private static string Pixels(float share, int size) => ((double)share * size).ToString("0.00", CultureInfo.InvariantCulture);
}
